#nullable enable
namespace LoraBridge.Core.Plan
{
    /// <summary>Which lights a capture uses.</summary>
    public enum LightRig
    {
        /// <summary>Studio lights that follow the camera; the scene's lights are off.</summary>
        Studio,
        /// <summary>The lights and the ambient light of the open scene, as they are.</summary>
        Scene,
    }
}
