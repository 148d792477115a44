namespace LoraBridge.Editor.Plans
{
    /// <summary>The plans to begin with.</summary>
    public enum PlanPreset
    {
        /// <summary>Five poses from three angles.</summary>
        Default,
        /// <summary>Eight around at three elevations.</summary>
        Around,
        /// <summary>Evenly around.</summary>
        Turntable,
        /// <summary>The face with every expression.</summary>
        Faces,
        /// <summary>Everything there is.</summary>
        Everything,
    }
}
