#nullable enable
using System.Linq;

namespace LoraBridge.Core.Capture
{
    /// <summary>
    /// How finely the stage may sample its render targets. Stable Diffusion often runs on the same graphics card: a quarter of its memory is
    /// taken at most.
    /// </summary>
    public static class TargetBudget
    {
        const int Divisor = 4;

        // Each sample has four half floats of colour, and depth with stencil; the picture that samples are resolved to has colour only.
        const long BytesPerSample = 8 + 8;
        const long BytesPerPixel = 8;

        /// <summary>
        /// Samples for each pixel of a target: eight for a pixel of the finished picture, which supersampling has spread over several; fewer
        /// where memory is short.
        /// </summary>
        /// <param name="width">Rendered width, supersampling included.</param>
        /// <param name="height">Rendered height, supersampling included.</param>
        /// <param name="targets">How many targets there are at the same time.</param>
        /// <param name="supersampling">Rendered pixels along one side of a finished pixel.</param>
        /// <param name="graphicsMemory">What the card has, in MiB; 0 where it is unknown.</param>
        /// <exception cref="CaptureException">Not even one sample for each pixel fits.</exception>
        public static int Samples(int width, int height, int targets, int supersampling, int graphicsMemory)
        {
            var wanted = 8 / (supersampling * supersampling);
            var budget = graphicsMemory > 0 ? (long)graphicsMemory * 1024 * 1024 / Divisor : long.MaxValue;
            var samples = new[] { 8, 4, 2, 1 }.FirstOrDefault(count => (count <= wanted || count == 1) && Bytes(width, height, targets, count) <= budget);
            if (samples > 0) return samples;
            throw new CaptureException
              ("resource.gpu.memory", $"Pictures of {width} × {height} need {Bytes(width, height, targets, 1) >> 20} MiB of graphics memory, a quarter of the {graphicsMemory} MiB of this card is less.",
               "Make the picture or the supersampling smaller, or take single passes.");
        }

        /// <summary>Bytes of all targets together.</summary>
        public static long Bytes(int width, int height, int targets, int samples)
            => (long)width * height * targets * (samples * BytesPerSample + (samples > 1 ? BytesPerPixel : 0));
    }
}
