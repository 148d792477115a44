#nullable enable
using System;

namespace LoraBridge.Core.Pictures
{
    /// <summary>What the camera took of one shot: a picture on black and one on white, or a single one with alpha.</summary>
    public sealed class RenderedPasses : IDisposable
    {
        /// <summary>
        /// The character on black; its alpha channel is not looked at. In a single pass: colour premultiplied by alpha, and alpha.
        /// </summary>
        public LinearPicture Black { get; }

        /// <summary>The same on white (1), or null for a single pass.</summary>
        public LinearPicture? White { get; }

        /// <summary>
        /// Whether the numbers are sRGB already, as in a project that works in gamma. Such a project blends in gamma, so that matting is as
        /// exact there; only the last encoding is left out.
        /// </summary>
        public bool IsEncoded { get; }

        RenderedPasses(LinearPicture black, LinearPicture? white, bool isEncoded)
        {
            IsEncoded = isEncoded;
            if (white != null && (white.Width != black.Width || white.Height != black.Height || white.Half == null != (black.Half == null)))
                throw new ArgumentException("Both pictures must have the same size and kind of numbers.");
            Black = black;
            White = white;
        }

        /// <summary>Two passes of the same moment. The passes owns both pictures from now on.</summary>
        public static RenderedPasses OfTwoPasses(LinearPicture black, LinearPicture white, bool isEncoded = false)
            => new RenderedPasses(black, white, isEncoded);

        /// <summary>One pass over a transparent black background. The passes owns the picture from now on.</summary>
        public static RenderedPasses OfSinglePass(LinearPicture picture, bool isEncoded = false) => new RenderedPasses(picture, null, isEncoded);

        /// <inheritdoc/>
        public void Dispose()
        {
            Black.Dispose();
            White?.Dispose();
        }
    }
}
