#nullable enable
using System;

namespace LoraBridge.Core.Pictures
{
    /// <summary>Scales images down to thumbnails.</summary>
    public static class Thumbnail
    {
        /// <summary>The size of a thumbnail whose longer edge is at most <paramref name="edge"/>; images are never enlarged.</summary>
        public static (int width, int height) Size(int width, int height, int edge)
        {
            var longer = Math.Max(width, height);
            if (longer <= edge) return (width, height);
            return (Math.Max(1, width * edge / longer), Math.Max(1, height * edge / longer));
        }

        /// <summary>
        /// A box-filtered thumbnail: each pixel is the mean of those that it covers, weighted by alpha, since the colour of
        /// invisible pixels is meaningless. Keeps the order of the rows.
        /// </summary>
        /// <param name="rgba">8-bit pixels with straight alpha.</param>
        /// <param name="width">Pixels across.</param>
        /// <param name="height">Pixels down.</param>
        /// <param name="small">Receives the pixels: of a size that <see cref="Size"/> gave, four bytes each.</param>
        /// <param name="smallWidth">Pixels across of the smaller one.</param>
        /// <param name="smallHeight">Pixels down of the smaller one.</param>
        public static void Shrink(byte[] rgba, int width, int height, byte[] small, int smallWidth, int smallHeight)
        {
            if (rgba.Length != width * height * 4 || small.Length != smallWidth * smallHeight * 4) throw new ArgumentException("A buffer does not match the size of its image.");
            for (var y = 0; y < smallHeight; y++)
            {
                var (top, bottom) = (y * height / smallHeight, Math.Max(y * height / smallHeight + 1, (y + 1) * height / smallHeight));
                for (var x = 0; x < smallWidth; x++)
                {
                    var (left, right) = (x * width / smallWidth, Math.Max(x * width / smallWidth + 1, (x + 1) * width / smallWidth));
                    Mean(rgba, width, left, right, top, bottom, small, (y * smallWidth + x) * 4);
                }
            }
        }

        static void Mean(byte[] rgba, int width, int left, int right, int top, int bottom, byte[] small, int to)
        {
            long red = 0, green = 0, blue = 0, alpha = 0;
            for (var y = top; y < bottom; y++)
                for (int at = (y * width + left) * 4, end = (y * width + right) * 4; at < end; at += 4)
                {
                    long weight = rgba[at + 3];
                    red += rgba[at] * weight;
                    green += rgba[at + 1] * weight;
                    blue += rgba[at + 2] * weight;
                    alpha += weight;
                }
            var count = (bottom - top) * (right - left);
            small[to] = Divide(red, alpha);
            small[to + 1] = Divide(green, alpha);
            small[to + 2] = Divide(blue, alpha);
            small[to + 3] = Divide(alpha, count);
        }

        static byte Divide(long sum, long by) => by == 0 ? (byte)0 : (byte)((sum + by / 2) / by);
    }
}
