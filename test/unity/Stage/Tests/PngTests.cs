using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using NUnit.Framework;

namespace LoraBridge.TestStage.Tests
{
    public class PngTests
    {
        const int Width = 7, Height = 5;

        [Test]
        public void ReadsEveryFilterOfEveryColourType([Values(0, 2, 3, 4, 6)] int kind, [Range(0, 4)] int filter)
        {
            int channels = kind == 2 ? 3 : kind == 4 ? 2 : kind == 6 ? 4 : 1;
            var raw = Enumerable.Range(0, Width * Height * channels).Select(i => (byte)(kind == 3 ? i % 4 : i * 37 + i * i)).ToArray();
            byte[] rgba = Png.Decode(File(kind, channels, filter, raw), out int width, out int height);
            Assert.That((width, height), Is.EqualTo((Width, Height)));
            for (int i = 0; i < Width * Height; i++)
            {
                var pixel = rgba.Skip(i * 4).Take(4).ToArray();
                var own = raw.Skip(i * channels).Take(channels).ToArray();
                byte[] expected = kind == 0 ? new[] { own[0], own[0], own[0], (byte)255 }
                    : kind == 2 ? new[] { own[0], own[1], own[2], (byte)255 }
                    : kind == 3 ? new byte[] { (byte)(own[0] * 10), (byte)(own[0] * 20), (byte)(own[0] * 30), (byte)(own[0] < 2 ? own[0] * 100 : 255) }
                    : kind == 4 ? new[] { own[0], own[0], own[0], own[1] }
                    : own;
                Assert.That(pixel, Is.EqualTo(expected), $"pixel {i}");
            }
        }

        [Test]
        public void RefusesWhatIsCutShort()
        {
            byte[] file = File(6, 4, 1, new byte[Width * Height * 4]);
            Assert.That(() => Png.Decode(file.Take(50).ToArray(), out _, out _), Throws.InstanceOf<InvalidDataException>());
            Assert.That(() => Png.Decode(Encoding.ASCII.GetBytes(new string('x', 100)), out _, out _), Throws.InstanceOf<InvalidDataException>());
        }

        // Filters by the specification's definition; the reader ignores checksums.
        static byte[] File(int kind, int channels, int filter, byte[] raw)
        {
            int stride = Width * channels;
            var rows = new MemoryStream();
            for (int y = 0; y < Height; y++)
            {
                rows.WriteByte((byte)filter);
                for (int x = 0; x < stride; x++)
                {
                    int At(int dx, int dy) => x + dx < 0 || y + dy < 0 ? 0 : raw[(y + dy) * stride + x + dx];
                    int a = At(-channels, 0), b = At(0, -1), c = At(-channels, -1), p = a + b - c;
                    int[] nearest = new[] { a, b, c }.OrderBy(v => System.Math.Abs(p - v)).ToArray();
                    int guess = new[] { 0, a, b, (a + b) / 2, nearest[0] }[filter];
                    rows.WriteByte((byte)(raw[y * stride + x] - guess));
                }
            }
            var deflated = new MemoryStream();
            using (var deflate = new DeflateStream(deflated, CompressionMode.Compress, true)) deflate.Write(rows.ToArray(), 0, (int)rows.Length);
            var file = new MemoryStream();
            file.Write(new byte[] { 0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10 }, 0, 8);
            Chunk(file, "IHDR", new byte[] { 0, 0, 0, Width, 0, 0, 0, Height, 8, (byte)kind, 0, 0, 0 });
            if (kind == 3)
            {
                Chunk(file, "PLTE", Enumerable.Range(0, 4).SelectMany(i => new[] { (byte)(i * 10), (byte)(i * 20), (byte)(i * 30) }).ToArray());
                Chunk(file, "tRNS", new byte[] { 0, 100 });
            }
            Chunk(file, "IDAT", new byte[] { 0x78, 0x9c }.Concat(deflated.ToArray()).ToArray());
            Chunk(file, "IEND", new byte[0]);
            return file.ToArray();
        }

        static void Chunk(Stream file, string name, byte[] data)
        {
            byte[] length = { (byte)(data.Length >> 24), (byte)(data.Length >> 16), (byte)(data.Length >> 8), (byte)data.Length };
            foreach (byte[] bytes in new[] { length, Encoding.ASCII.GetBytes(name), data, new byte[4] }) file.Write(bytes, 0, bytes.Length);
        }
    }
}
