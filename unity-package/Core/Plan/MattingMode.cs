#nullable enable
namespace LoraBridge.Core.Plan
{
    /// <summary>How a shot's alpha channel is obtained.</summary>
    public enum MattingMode
    {
        /// <summary>From the difference between a pass on black and one on white: correct for every blend mode.</summary>
        BlackAndWhite,
        /// <summary>
        /// From the alpha that the materials write. Twice as fast, and too low wherever something half-transparent
        /// lies over something opaque.
        /// </summary>
        SinglePass,
    }
}
