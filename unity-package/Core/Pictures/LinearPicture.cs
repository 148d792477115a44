#nullable enable
using System;

namespace LoraBridge.Core.Pictures
{
    /// <summary>
    /// An image in linear light: red, green, blue and alpha per pixel, rows from the <b>bottom</b> up as in Unity's textures. It is
    /// either half floats (<see cref="Half"/>, as <c>GraphicsFormat.R16G16B16A16_SFloat</c> is read back) or single floats.
    /// Disposing returns its memory to its pool.
    /// </summary>
    public sealed class LinearPicture : IDisposable
    {
        PicturePool? _pool;

        /// <summary>Pixels across.</summary>
        public int Width { get; }

        /// <summary>Pixels down.</summary>
        public int Height { get; }

        /// <summary>Width × Height × 4 half floats as their bits, or null where the picture is of single floats.</summary>
        public ushort[]? Half { get; }

        /// <summary>Width × Height × 4 floats, or null where the picture is of half floats.</summary>
        public float[]? Single { get; }

        internal LinearPicture(PicturePool? pool, int width, int height, ushort[]? half, float[]? single)
        {
            _pool = pool;
            Width = width;
            Height = height;
            Half = half;
            Single = single;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            var pool = _pool;
            _pool = null;
            pool?.Return(this);
        }
    }
}
