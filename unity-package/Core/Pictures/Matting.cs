#nullable enable
using System;

namespace LoraBridge.Core.Pictures
{
    /// <summary>
    /// Straight alpha from rendered passes. Over a background B, the camera sees F + (1 − a) · B with F premultiplied by alpha; so
    /// the pass on black is F, and the pass on white minus the pass on black is 1 − a (difference matting; Smith and Blinn, "Blue Screen
    /// Matting", SIGGRAPH 1996, theorem 2). It holds in the space that the renderer blends in: linear light, or gamma in a gamma project.
    /// </summary>
    public static class Matting
    {
        /// <summary>How far channels may disagree about alpha before a pixel counts: more than rounding to half floats ever causes.</summary>
        const float Tolerance = 1 / 64f;

        /// <summary>Relative error allowed for half floats.</summary>
        const float Rounding = 1 / 512f;

        /// <summary>Alpha below this becomes 0 in 8 bits.</summary>
        const float MinAlpha = 0.5f / 255;

        /// <summary>
        /// Turns rendered passes into 8-bit sRGB with straight alpha, rows from the top down. Rendered pixels are averaged as
        /// premultiplied light; linear light is encoded once. Invisible pixels are 0 in all channels.
        /// </summary>
        /// <param name="passes">One or two passes, of a size that is a multiple of <paramref name="supersampling"/>.</param>
        /// <param name="supersampling">Rendered pixels along each edge of a finished one.</param>
        /// <param name="rgba">Receives the picture: (width / supersampling) × (height / supersampling) × 4 bytes.</param>
        public static MattingQuality Matte(RenderedPasses passes, int supersampling, byte[] rgba)
        {
            var (width, height) = (passes.Black.Width / supersampling, passes.Black.Height / supersampling);
            if (rgba.Length != width * height * 4) throw new ArgumentException("The buffer does not match the size of the image.", nameof(rgba));

            // Sums of one row: red, green, blue on black, then the difference between white and black for each; in a single pass, alpha.
            var light = new float[width * 6];
            var (visible, disagreeing, largest) = (0, 0, 0f);
            var levels = passes.IsEncoded ? Srgb.Plain : Srgb.Encoded;
            for (var y = 0; y < height; y++)
            {
                // The rendered rows go from the bottom up.
                var from = (height - 1 - y) * supersampling;
                Array.Clear(light, 0, light.Length);
                for (var row = from; row < from + supersampling; row++) AddRow(passes, row, supersampling, light);
                var scale = 1f / (supersampling * supersampling);
                if (passes.White == null)
                    visible += FinishSingle(light, scale, levels, rgba, y * width * 4);
                else
                    FinishDouble(light, scale, levels, rgba, y * width * 4, ref visible, ref disagreeing, ref largest);
            }
            return new MattingQuality(visible > 0 ? (float)disagreeing / visible : 0, largest, (float)visible / (width * height));
        }

        static void AddRow(RenderedPasses passes, int row, int supersampling, float[] light)
        {
            var (black, white) = (passes.Black, passes.White);
            var (at, end) = (row * black.Width * 4, (row * black.Width + light.Length / 6 * supersampling) * 4);
            if (white == null)
            {
                if (black.Half != null) AddSingle(black.Half, at, end, supersampling, light);
                else AddSingle(black.Single!, at, end, supersampling, light);
            }
            else if (black.Half != null) AddDouble(black.Half, white.Half!, at, end, supersampling, light);
            else AddDouble(black.Single!, white.Single!, at, end, supersampling, light);
        }

        // Written out for both number formats: Mono would call a shared method for every pixel.
        static void AddDouble(ushort[] black, ushort[] white, int at, int end, int supersampling, float[] light)
        {
            var table = HalfFloat.Light;
            for (var (to, left) = (0, supersampling); at < end; at += 4)
            {
                var (red, green, blue) = (table[black[at]], table[black[at + 1]], table[black[at + 2]]);
                light[to] += red;
                light[to + 1] += green;
                light[to + 2] += blue;
                light[to + 3] += table[white[at]] - red;
                light[to + 4] += table[white[at + 1]] - green;
                light[to + 5] += table[white[at + 2]] - blue;
                if (--left == 0) (to, left) = (to + 6, supersampling);
            }
        }

        static void AddDouble(float[] black, float[] white, int at, int end, int supersampling, float[] light)
        {
            for (var (to, left) = (0, supersampling); at < end; at += 4)
            {
                var (red, green, blue) = (Light(black[at]), Light(black[at + 1]), Light(black[at + 2]));
                light[to] += red;
                light[to + 1] += green;
                light[to + 2] += blue;
                light[to + 3] += Light(white[at]) - red;
                light[to + 4] += Light(white[at + 1]) - green;
                light[to + 5] += Light(white[at + 2]) - blue;
                if (--left == 0) (to, left) = (to + 6, supersampling);
            }
        }

        static void AddSingle(ushort[] picture, int at, int end, int supersampling, float[] light)
        {
            var table = HalfFloat.Light;
            for (var (to, left) = (0, supersampling); at < end; at += 4)
            {
                for (var channel = 0; channel < 4; channel++) light[to + channel] += table[picture[at + channel]];
                if (--left == 0) (to, left) = (to + 6, supersampling);
            }
        }

        static void AddSingle(float[] picture, int at, int end, int supersampling, float[] light)
        {
            for (var (to, left) = (0, supersampling); at < end; at += 4)
            {
                for (var channel = 0; channel < 4; channel++) light[to + channel] += Light(picture[at + channel]);
                if (--left == 0) (to, left) = (to + 6, supersampling);
            }
        }

        /// <summary>Sanitizes a value as <see cref="HalfFloat.Light"/> does.</summary>
        static float Light(float value) => value > 0 ? value < 65504 ? value : 65504 : 0;

        static void FinishDouble(float[] light, float scale, byte[] levels, byte[] rgba, int to, ref int visible, ref int disagreeing, ref float largest)
        {
            for (var at = 0; at < light.Length; at += 6, to += 4)
            {
                var (first, second, third) = (light[at + 3], light[at + 4], light[at + 5]);
                var alpha = 1 - (first + second + third) * (scale / 3);
                var (red, green, blue) = (light[at] * scale, light[at + 1] * scale, light[at + 2] * scale);

                var (least, most) = first < second ? (first, second) : (second, first);
                if (third < least) least = third;
                else if (third > most) most = third;
                var spread = (most - least) * scale;
                var brightest = red > green ? red : green;
                if (blue > brightest) brightest = blue;

                var disagrees = spread > Tolerance + Rounding * brightest
                    // Additive light without coverage. Opaque pixels may exceed white: that is brightness, not alpha.
                    || brightest > alpha + Tolerance && alpha < 1 - Tolerance;
                if (disagrees)
                {
                    disagreeing++;
                    if (spread > largest) largest = spread > 1 ? 1 : spread;
                }
                if (Write(red, green, blue, alpha, levels, rgba, to) || disagrees) visible++;
            }
        }

        static int FinishSingle(float[] light, float scale, byte[] levels, byte[] rgba, int to)
        {
            var visible = 0;
            for (var at = 0; at < light.Length; at += 6, to += 4)
                if (Write(light[at] * scale, light[at + 1] * scale, light[at + 2] * scale, light[at + 3] * scale, levels, rgba, to)) visible++;
            return visible;
        }

        /// <summary>Un-premultiplies, encodes and writes a pixel. Returns whether it is visible.</summary>
        static bool Write(float red, float green, float blue, float alpha, byte[] levels, byte[] rgba, int to)
        {
            if (!(alpha > MinAlpha))
            {
                rgba[to] = rgba[to + 1] = rgba[to + 2] = rgba[to + 3] = 0;
                return false;
            }
            if (alpha > 1) alpha = 1;
            var steps = Srgb.Steps / alpha;
            // Compared as floats first: a very large value would overflow an int.
            rgba[to] = levels[red < alpha ? (int)(red * steps + 0.5f) : Srgb.Steps];
            rgba[to + 1] = levels[green < alpha ? (int)(green * steps + 0.5f) : Srgb.Steps];
            rgba[to + 2] = levels[blue < alpha ? (int)(blue * steps + 0.5f) : Srgb.Steps];
            rgba[to + 3] = (byte)(alpha * 255 + 0.5f);
            return true;
        }
    }
}
