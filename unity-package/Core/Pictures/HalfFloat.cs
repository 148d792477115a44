#nullable enable
namespace LoraBridge.Core.Pictures
{
    /// <summary>Half floats (IEEE 754 binary16) as linear light: .NET Standard 2.1 has no type for them.</summary>
    static class HalfFloat
    {
        /// <summary>
        /// The value of each of the 65,536 bit patterns, sanitized against shader bugs: negative values
        /// and NaN become 0, infinity the largest finite value.
        /// </summary>
        public static readonly float[] Light = MakeLight();

        static float[] MakeLight()
        {
            var light = new float[65536];
            // The upper half of the patterns are the negative values, −0 included.
            for (var bits = 0; bits < 32768; bits++)
            {
                var (exponent, mantissa) = (bits >> 10, bits & 1023);
                if (exponent == 31) light[bits] = mantissa == 0 ? 65504 : 0;
                else if (exponent == 0) light[bits] = mantissa / 16777216f;
                else light[bits] = (float)((1024 + mantissa) * System.Math.Pow(2, exponent - 25));
            }
            return light;
        }
    }
}
