#nullable enable
using System;

namespace LoraBridge.Core.Pictures
{
    /// <summary>Fits an image into a frame, from the upper left corner, keeping its aspect ratio; converts points of the frame to pixels of the image.</summary>
    public readonly struct PictureFit
    {
        /// <summary>Points for each pixel.</summary>
        public float Scale { get; }

        readonly float _width, _height;

        /// <summary>Fits an image of a size in pixels into a frame of a size in points.</summary>
        public PictureFit(int width, int height, float frameWidth, float frameHeight)
        {
            (_width, _height) = (width, height);
            Scale = Math.Min(frameWidth / Math.Max(1, width), frameHeight / Math.Max(1, height));
        }

        /// <summary>
        /// The rectangle in pixels between two points in any order, clipped to the image; null if it is smaller than
        /// <paramref name="minimum"/> pixels in either direction, as a click is.
        /// </summary>
        public (float x, float y, float width, float height)? Between(float x1, float y1, float x2, float y2, float minimum = 8)
        {
            var (left, right) = (Cut(Math.Min(x1, x2), _width), Cut(Math.Max(x1, x2), _width));
            var (top, bottom) = (Cut(Math.Min(y1, y2), _height), Cut(Math.Max(y1, y2), _height));
            if (right - left < minimum || bottom - top < minimum) return null;
            return (left, top, right - left, bottom - top);
        }

        float Cut(float point, float most) => Math.Max(0, Math.Min(most, point / Scale));
    }
}
