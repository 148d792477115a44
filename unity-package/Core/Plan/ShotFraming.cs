#nullable enable
namespace LoraBridge.Core.Plan
{
    /// <summary>How much of the character a shot shows.</summary>
    public enum ShotFraming
    {
        /// <summary>Every vertex.</summary>
        Full,
        /// <summary>From the hips up.</summary>
        Upper,
        /// <summary>The head with its hair.</summary>
        Face,
    }
}
