#nullable enable
using System;
using System.IO;
using System.IO.Compression;

namespace LoraBridge.Core.Pictures
{
    /// <summary>Writes PNG files (ISO/IEC 15948): 8-bit RGBA, sRGB, straight alpha.</summary>
    public static class PngEncoder
    {
        static readonly byte[] Signature = { 137, 80, 78, 71, 13, 10, 26, 10 };
        static readonly byte[] PerceptualIntent = { 0 };

        /// <summary>A PNG file.</summary>
        /// <param name="rgba">Width × height × 4 bytes, rows from the top down.</param>
        /// <param name="width">Pixels across.</param>
        /// <param name="height">Pixels down.</param>
        public static byte[] Encode(byte[] rgba, int width, int height)
        {
            if (rgba.Length != width * height * 4) throw new ArgumentException("The buffer does not match the size of the image.", nameof(rgba));
            using var file = new MemoryStream(rgba.Length / 4);
            file.Write(Signature, 0, Signature.Length);
            var header = new byte[13];
            PutBigEndian(header, 0, (uint)width);
            PutBigEndian(header, 4, (uint)height);
            header[8] = 8;
            header[9] = 6;
            WriteChunk(file, "IHDR", header, header.Length);
            WriteChunk(file, "sRGB", PerceptualIntent, PerceptualIntent.Length);
            using (var pixels = new MemoryStream(rgba.Length / 4))
            {
                Compress(rgba, width * 4, height, pixels);
                WriteChunk(file, "IDAT", pixels.GetBuffer(), (int)pixels.Length);
            }
            WriteChunk(file, "IEND", Array.Empty<byte>(), 0);
            return file.ToArray();
        }

        /// <summary>Filtered rows as a zlib stream (RFC 1950); DeflateStream writes only the deflate data within (RFC 1951).</summary>
        static void Compress(byte[] rgba, int stride, int height, Stream into)
        {
            into.WriteByte(0x78);
            into.WriteByte(0x01);
            var row = new byte[stride + 1];
            var sum = Adler32.Start;
            using (var deflate = new DeflateStream(into, CompressionLevel.Fastest, true))
                for (var y = 0; y < height; y++)
                {
                    Filter(rgba, y * stride, y == 0 ? -1 : (y - 1) * stride, row);
                    sum = Adler32.Add(sum, row, row.Length);
                    deflate.Write(row, 0, row.Length);
                }
            var trailer = new byte[4];
            PutBigEndian(trailer, 0, sum);
            into.Write(trailer, 0, 4);
        }

        /// <summary>PNG's Up filter: the cheapest, and the best single one for characters.</summary>
        static void Filter(byte[] rgba, int at, int above, byte[] row)
        {
            row[0] = 2;
            if (above < 0) Buffer.BlockCopy(rgba, at, row, 1, row.Length - 1);
            else
                for (var to = 1; to < row.Length; to++) row[to] = (byte)(rgba[at++] - rgba[above++]);
        }

        static void WriteChunk(Stream file, string type, byte[] data, int length)
        {
            var head = new byte[8];
            PutBigEndian(head, 0, (uint)length);
            for (var i = 0; i < 4; i++) head[4 + i] = (byte)type[i];
            file.Write(head, 0, 8);
            file.Write(data, 0, length);
            var tail = new byte[4];
            PutBigEndian(tail, 0, Crc32.Finish(Crc32.Add(Crc32.Add(Crc32.Start, head, 4, 4), data, 0, length)));
            file.Write(tail, 0, 4);
        }

        static void PutBigEndian(byte[] into, int at, uint value)
        {
            for (var i = 0; i < 4; i++) into[at + i] = (byte)(value >> (24 - 8 * i));
        }
    }
}
