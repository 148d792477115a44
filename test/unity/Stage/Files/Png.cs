using System;
using System.IO;
using System.IO.Compression;
using System.Text;

namespace LoraBridge.TestStage
{
    /// <summary>Reads PNG files: eight bits a channel, grey, RGB, RGBA or palette with tRNS, not interlaced.</summary>
    /// <remarks>A reader of its own, because Mono's System.Drawing needs libgdiplus. After the PNG specification, 3rd edition.</remarks>
    public static class Png
    {
        /// <summary>Decodes to RGBA, eight bits a channel, upper row first.</summary>
        /// <exception cref="InvalidDataException">No PNG, damaged, or of a kind that is not read.</exception>
        public static byte[] Decode(byte[] file, out int width, out int height)
        {
            if (file.Length < 33 || BigEndian(file, 0) != unchecked((int)0x89504e47)) throw new InvalidDataException("not a PNG");
            width = BigEndian(file, 16);
            height = BigEndian(file, 20);
            int kind = file[25];
            int channels = kind == 0 ? 1 : kind == 2 ? 3 : kind == 3 ? 1 : kind == 4 ? 2 : kind == 6 ? 4 : 0;
            if (file[24] != 8 || channels == 0 || file[28] != 0)
                throw new InvalidDataException($"PNG of depth {file[24]}, colour type {kind}, interlace {file[28]} is not read");
            byte[] palette = null, transparency = new byte[0];
            var packed = new MemoryStream();
            for (int at = 8; at + 12 <= file.Length;)
            {
                int length = BigEndian(file, at);
                if (length < 0 || at + 12 + length > file.Length) throw new InvalidDataException("a PNG chunk is cut short");
                string name = Encoding.ASCII.GetString(file, at + 4, 4);
                if (name == "PLTE") palette = Slice(file, at + 8, length);
                else if (name == "tRNS") transparency = Slice(file, at + 8, length);
                else if (name == "IDAT") packed.Write(file, at + 8, length);
                else if (name == "IEND") break;
                at += 12 + length;
            }
            byte[] rows = Unfilter(Inflate(packed.ToArray(), (width * channels + 1) * height), width * channels, height, channels);
            return ToRgba(rows, width * height, kind, palette, transparency);
        }

        static byte[] Inflate(byte[] zlib, int length)
        {
            var rows = new byte[length];
            using var stream = new DeflateStream(new MemoryStream(zlib, 2, zlib.Length - 2), CompressionMode.Decompress);
            int done = 0;
            for (int read; done < length && (read = stream.Read(rows, done, length - done)) > 0;) done += read;
            if (done < length) throw new InvalidDataException("the PNG's pixels are cut short");
            return rows;
        }

        static byte[] Unfilter(byte[] filtered, int stride, int height, int step)
        {
            var rows = new byte[stride * height];
            for (int y = 0; y < height; y++)
            {
                int from = y * (stride + 1), to = y * stride;
                int filter = filtered[from++];
                for (int x = 0; x < stride; x++)
                {
                    int left = x < step ? 0 : rows[to + x - step];
                    int up = y == 0 ? 0 : rows[to + x - stride];
                    int corner = x < step || y == 0 ? 0 : rows[to + x - stride - step];
                    int guess = filter == 0 ? 0 : filter == 1 ? left : filter == 2 ? up
                        : filter == 3 ? (left + up) / 2 : Paeth(left, up, corner);
                    rows[to + x] = (byte)(filtered[from + x] + guess);
                }
            }
            return rows;
        }

        static int Paeth(int left, int up, int corner)
        {
            int guess = left + up - corner;
            int toLeft = Math.Abs(guess - left), toUp = Math.Abs(guess - up), toCorner = Math.Abs(guess - corner);
            return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
        }

        static byte[] ToRgba(byte[] rows, int pixels, int kind, byte[] palette, byte[] transparency)
        {
            var rgba = new byte[pixels * 4];
            for (int i = 0; i < pixels; i++)
            {
                byte r, g, b, a = 255;
                if (kind == 3)
                {
                    int entry = rows[i];
                    r = palette[entry * 3];
                    g = palette[entry * 3 + 1];
                    b = palette[entry * 3 + 2];
                    if (entry < transparency.Length) a = transparency[entry];
                }
                else if (kind == 0 || kind == 4)
                {
                    int step = kind == 0 ? 1 : 2;
                    r = g = b = rows[i * step];
                    if (kind == 4) a = rows[i * 2 + 1];
                }
                else
                {
                    int step = kind == 2 ? 3 : 4;
                    r = rows[i * step];
                    g = rows[i * step + 1];
                    b = rows[i * step + 2];
                    if (kind == 6) a = rows[i * 4 + 3];
                }
                rgba[i * 4] = r;
                rgba[i * 4 + 1] = g;
                rgba[i * 4 + 2] = b;
                rgba[i * 4 + 3] = a;
            }
            return rgba;
        }

        static int BigEndian(byte[] bytes, int at) =>
            bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];

        static byte[] Slice(byte[] bytes, int at, int length)
        {
            var slice = new byte[length];
            Array.Copy(bytes, at, slice, 0, length);
            return slice;
        }
    }
}
