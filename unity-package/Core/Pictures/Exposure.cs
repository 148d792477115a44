#nullable enable
using System;

namespace LoraBridge.Core.Pictures
{
    /// <summary>What the camera took of one shot: a picture on black and one on white, or a single one with alpha.</summary>
    public sealed class Exposure : IDisposable
    {
        /// <summary>
        /// The character on black; its alpha channel is not looked at. In a single pass: colour premultiplied by alpha, and alpha.
        /// </summary>
        public LinearPicture Black { get; }

        /// <summary>The same on white (linear 1), or null for a single pass.</summary>
        public LinearPicture? White { get; }

        Exposure(LinearPicture black, LinearPicture? white)
        {
            if (white != null && (white.Width != black.Width || white.Height != black.Height || white.Half == null != (black.Half == null)))
                throw new ArgumentException("Both pictures must have the same size and kind of numbers.");
            Black = black;
            White = white;
        }

        /// <summary>Two passes of the same moment. The exposure owns both pictures from now on.</summary>
        public static Exposure OfTwoPasses(LinearPicture black, LinearPicture white) => new Exposure(black, white);

        /// <summary>One pass over a transparent black background. The exposure owns the picture from now on.</summary>
        public static Exposure OfSinglePass(LinearPicture picture) => new Exposure(picture, null);

        /// <inheritdoc/>
        public void Dispose()
        {
            Black.Dispose();
            White?.Dispose();
        }
    }
}
