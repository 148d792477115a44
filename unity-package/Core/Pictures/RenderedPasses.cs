#nullable enable
using System;

namespace LoraBridge.Core.Pictures
{
    /// <summary>The rendered passes of one shot: one on black and one on white, or a single one with alpha.</summary>
    public sealed class RenderedPasses : IDisposable
    {
        /// <summary>
        /// The character on black; its alpha channel is ignored. In a single pass: colour premultiplied by alpha, and alpha.
        /// </summary>
        public LinearPicture Black { get; }

        /// <summary>The same on white (1), or null for a single pass.</summary>
        public LinearPicture? White { get; }

        /// <summary>
        /// Whether the values are sRGB already, as in a gamma project. Such a project blends in gamma, so matting is just as
        /// exact there; only the final encoding is skipped.
        /// </summary>
        public bool IsEncoded { get; }

        RenderedPasses(LinearPicture black, LinearPicture? white, bool isEncoded)
        {
            IsEncoded = isEncoded;
            if (white != null && (white.Width != black.Width || white.Height != black.Height || white.Half == null != (black.Half == null)))
                throw new ArgumentException("Both passes must have the same size and number format.");
            Black = black;
            White = white;
        }

        /// <summary>Two passes of the same moment. The new object owns both.</summary>
        public static RenderedPasses OfTwoPasses(LinearPicture black, LinearPicture white, bool isEncoded = false)
            => new RenderedPasses(black, white, isEncoded);

        /// <summary>One pass over a transparent black background. The new object owns it.</summary>
        public static RenderedPasses OfSinglePass(LinearPicture picture, bool isEncoded = false) => new RenderedPasses(picture, null, isEncoded);

        /// <inheritdoc/>
        public void Dispose()
        {
            Black.Dispose();
            White?.Dispose();
        }
    }
}
