#nullable enable
namespace LoraBridge.Core.Pictures
{
    /// <summary>
    /// How well straight alpha describes the rendered passes. Additive and refractive materials transmit colours
    /// differently, or add light without coverage; a single alpha per pixel cannot express either.
    /// </summary>
    public readonly struct MattingQuality
    {
        /// <summary>Share of the visible pixels, 0 to 1, where alpha depends on the colour channel or colour exceeds alpha.</summary>
        public float Disagreement { get; }

        /// <summary>The largest difference of alpha between two colour channels of one pixel, 0 to 1.</summary>
        public float Largest { get; }

        /// <summary>Share of the picture that is visible at all, 0 to 1.</summary>
        public float Coverage { get; }

        /// <summary>Makes a quality measure.</summary>
        public MattingQuality(float disagreement, float largest, float coverage)
        {
            Disagreement = disagreement;
            Largest = largest;
            Coverage = coverage;
        }
    }
}
