using System;
using System.Numerics;

namespace LoraBridge.TestStage
{
    /// <summary>A texture of sRGB bytes that is sampled in linear light.</summary>
    public sealed class Texture
    {
        static readonly float[] Linear = Array.ConvertAll(Bytes(), code => SrgbToLinear(code / 255f));

        readonly byte[] _rgba;
        readonly int _width, _height;
        readonly bool _nearest;

        /// <summary>Wraps RGBA bytes, upper row first. `nearest` switches bilinear filtering off.</summary>
        public Texture(byte[] rgba, int width, int height, bool nearest)
        {
            _rgba = rgba;
            _width = width;
            _height = height;
            _nearest = nearest;
        }

        /// <summary>The sRGB transfer function's inverse (IEC 61966-2-1).</summary>
        public static float SrgbToLinear(float code) =>
            code <= 0.04045f ? code / 12.92f : (float)Math.Pow((code + 0.055) / 1.055, 2.4);

        /// <summary>The texture at (u, v), v down from the upper edge, repeated outside of 0…1; linear, alpha not premultiplied.</summary>
        public Vector4 Sample(float u, float v)
        {
            float x = (u - (float)Math.Floor(u)) * _width, y = (v - (float)Math.Floor(v)) * _height;
            if (_nearest) return Texel((int)x, (int)y);
            x -= 0.5f;
            y -= 0.5f;
            int left = (int)Math.Floor(x), top = (int)Math.Floor(y);
            var upper = Vector4.Lerp(Texel(left, top), Texel(left + 1, top), x - left);
            var lower = Vector4.Lerp(Texel(left, top + 1), Texel(left + 1, top + 1), x - left);
            return Vector4.Lerp(upper, lower, y - top);
        }

        Vector4 Texel(int x, int y)
        {
            x = x < 0 ? x + _width : x >= _width ? x - _width : x;
            y = y < 0 ? y + _height : y >= _height ? y - _height : y;
            int at = (y * _width + x) * 4;
            return new Vector4(Linear[_rgba[at]], Linear[_rgba[at + 1]], Linear[_rgba[at + 2]], _rgba[at + 3] / 255f);
        }

        static int[] Bytes()
        {
            var bytes = new int[256];
            for (int i = 0; i < 256; i++) bytes[i] = i;
            return bytes;
        }
    }
}
