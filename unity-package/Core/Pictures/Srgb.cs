#nullable enable
using System;

namespace LoraBridge.Core.Pictures
{
    /// <summary>The transfer function of sRGB (IEC 61966-2-1).</summary>
    static class Srgb
    {
        /// <summary>Steps of <see cref="Encoded"/> between black and white: fine enough that one step is at most 0.2 levels.</summary>
        public const int Steps = 16384;

        /// <summary>The 8-bit level of each of <see cref="Steps"/> + 1 linear values from 0 to 1.</summary>
        public static readonly byte[] Encoded = Make(Encode);

        /// <summary>The 8-bit level of each of <see cref="Steps"/> + 1 values from 0 to 1 that are encoded already.</summary>
        public static readonly byte[] Plain = Make(value => value);

        /// <summary>The encoded value, 0 to 1, of a linear one, 0 to 1.</summary>
        public static double Encode(double linear) =>
            linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.Pow(linear, 1 / 2.4) - 0.055;

        static byte[] Make(Func<double, double> encode)
        {
            var levels = new byte[Steps + 1];
            for (var step = 0; step <= Steps; step++) levels[step] = (byte)(encode((double)step / Steps) * 255 + 0.5);
            return levels;
        }
    }
}
