#nullable enable
namespace LoraBridge.Core.Plan
{
    /// <summary>Where a shot's alpha channel comes from.</summary>
    public enum MattingMode
    {
        /// <summary>From the difference between a picture on black and one on white: right for every blend mode.</summary>
        BlackAndWhite,
        /// <summary>
        /// From the alpha that the materials write. Twice as fast, and too low wherever something half-transparent
        /// lies over something opaque.
        /// </summary>
        SinglePass,
    }
}
