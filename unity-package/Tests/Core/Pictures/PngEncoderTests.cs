#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using LoraBridge.Core.Pictures;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Pictures
{
    public class PngEncoderTests
    {
        /// <summary>The chunks of a file, each with its checksum compared: bit by bit, as the standard's annex D describes it.</summary>
        static List<(string Type, byte[] Data)> Chunks(byte[] png)
        {
            Assert.That(png.Take(8), Is.EqualTo(new byte[] { 137, 80, 78, 71, 13, 10, 26, 10 }));
            var chunks = new List<(string, byte[])>();
            uint Number(int at) => (uint)(png[at] << 24 | png[at + 1] << 16 | png[at + 2] << 8 | png[at + 3]);
            for (var at = 8; at < png.Length;)
            {
                var length = (int)Number(at);
                var crc = 0xffffffffu;
                for (var i = at + 4; i < at + 8 + length; i++)
                {
                    crc ^= png[i];
                    for (var bit = 0; bit < 8; bit++) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
                }
                Assert.That(Number(at + 8 + length), Is.EqualTo(~crc));
                chunks.Add((Encoding.ASCII.GetString(png, at + 4, 4), png.Skip(at + 8).Take(length).ToArray()));
                at += 12 + length;
            }
            return chunks;
        }

        static byte[] Decode(byte[] png, int width, int height)
        {
            var data = Chunks(png).Single(chunk => chunk.Type == "IDAT").Data;
            Assert.That((data[0] * 256 + data[1]) % 31, Is.Zero, "header of a zlib stream");
            using var inflated = new MemoryStream();
            using (var inflate = new DeflateStream(new MemoryStream(data, 2, data.Length - 6), CompressionMode.Decompress)) inflate.CopyTo(inflated);
            var rows = inflated.ToArray();
            var (low, high) = (1u, 0u);
            foreach (var value in rows)
            {
                low = (low + value) % 65521;
                high = (high + low) % 65521;
            }
            Assert.That(data.Skip(data.Length - 4), Is.EqualTo(BitConverter.GetBytes(high << 16 | low).Reverse()), "checksum of a zlib stream");

            var stride = width * 4;
            Assert.That(rows.Length, Is.EqualTo((stride + 1) * height));
            var rgba = new byte[stride * height];
            for (var y = 0; y < height; y++)
            {
                Assert.That(rows[y * (stride + 1)], Is.EqualTo(2), "only the filter Up is undone here");
                for (var x = 0; x < stride; x++)
                    rgba[y * stride + x] = (byte)(rows[y * (stride + 1) + 1 + x] + (y > 0 ? rgba[(y - 1) * stride + x] : 0));
            }
            return rgba;
        }

        [TestCase(1, 1), TestCase(3, 5), TestCase(640, 480), TestCase(1, 4096)]
        public void APictureComesBackAsItWas(int width, int height)
        {
            var rgba = new byte[width * height * 4];
            new Random(7).NextBytes(rgba);
            Assert.That(Decode(PngEncoder.Encode(rgba, width, height), width, height), Is.EqualTo(rgba));
        }

        [Test]
        public void TheHeaderSaysWhatItIs()
        {
            var chunks = Chunks(PngEncoder.Encode(new byte[300 * 2 * 4], 300, 2));
            Assert.That(chunks.Select(chunk => chunk.Type), Is.EqualTo(new[] { "IHDR", "sRGB", "IDAT", "IEND" }));
            Assert.That(chunks[0].Data, Is.EqualTo(new byte[] { 0, 0, 1, 44, 0, 0, 0, 2, 8, 6, 0, 0, 0 }));
        }

        [Test]
        public void WhatIsEmptyIsSmall() => Assert.That(PngEncoder.Encode(new byte[1024 * 1024 * 4], 1024, 1024).Length, Is.LessThan(40_000));

        [Test]
        public void RefusesAnotherSize() => Assert.Throws<ArgumentException>(() => PngEncoder.Encode(new byte[10], 2, 2));
    }
}
