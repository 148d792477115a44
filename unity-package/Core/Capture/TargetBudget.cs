#nullable enable
using System.Linq;

namespace LoraBridge.Core.Capture
{
    /// <summary>
    /// How many samples per pixel the render targets get. Stable Diffusion often runs on the same graphics card: at most a quarter of its memory is
    /// used.
    /// </summary>
    public static class TargetBudget
    {
        const int Divisor = 4;

        // Each sample has four half floats of colour, and depth with stencil; the resolved image has colour only.
        const long BytesPerSample = 8 + 8;
        const long BytesPerPixel = 8;

        /// <summary>
        /// Samples for each pixel of a target: eight for each pixel of the final image, which supersampling spreads over several; fewer
        /// if memory is short.
        /// </summary>
        /// <param name="width">Rendered width, supersampling included.</param>
        /// <param name="height">Rendered height, supersampling included.</param>
        /// <param name="targets">Number of targets that exist at the same time.</param>
        /// <param name="supersampling">Rendered pixels along one side of a finished pixel.</param>
        /// <param name="graphicsMemory">Memory of the graphics card in MiB; 0 if unknown.</param>
        /// <exception cref="CaptureException">Not even one sample for each pixel fits.</exception>
        public static int Samples(int width, int height, int targets, int supersampling, int graphicsMemory)
        {
            var wanted = 8 / (supersampling * supersampling);
            var budget = graphicsMemory > 0 ? (long)graphicsMemory * 1024 * 1024 / Divisor : long.MaxValue;
            var samples = new[] { 8, 4, 2, 1 }.FirstOrDefault(count => (count <= wanted || count == 1) && Bytes(width, height, targets, count) <= budget);
            if (samples > 0) return samples;
            throw new CaptureException
              ("resource.gpu.memory", $"Images of {width} × {height} pixels need {Bytes(width, height, targets, 1) >> 20} MiB of graphics memory, more than a quarter of this card's {graphicsMemory} MiB.",
               "Reduce the image size or the supersampling, or use single-pass matting.");
        }

        /// <summary>Bytes of all targets together.</summary>
        public static long Bytes(int width, int height, int targets, int samples)
            => (long)width * height * targets * (samples * BytesPerSample + (samples > 1 ? BytesPerPixel : 0));
    }
}
