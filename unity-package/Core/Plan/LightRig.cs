#nullable enable
namespace LoraBridge.Core.Plan
{
    /// <summary>Which lights a capture uses.</summary>
    public enum LightRig
    {
        /// <summary>Lights of our own that turn with the camera; those of the scene are off.</summary>
        Studio,
        /// <summary>The lights and the ambient light of the open scene, as they are.</summary>
        Scene,
    }
}
