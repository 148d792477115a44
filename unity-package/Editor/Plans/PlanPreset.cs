#nullable enable
namespace LoraBridge.Editor.Plans
{
    /// <summary>The preset plans.</summary>
    public enum PlanPreset
    {
        /// <summary>Five poses from three angles.</summary>
        Default,
        /// <summary>Eight directions at three elevations.</summary>
        Around,
        /// <summary>Evenly spaced directions.</summary>
        Turntable,
        /// <summary>The face with the main expressions.</summary>
        Faces,
        /// <summary>All poses, framings, directions and main expressions.</summary>
        Everything,
    }
}
