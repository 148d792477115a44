#nullable enable
using System;

namespace LoraBridge.Core.Pictures
{
    /// <summary>The checksum of zlib streams (RFC 1950).</summary>
    static class Adler32
    {
        public const uint Start = 1;

        const uint Modulus = 65521;

        // The most bytes that can be added before the sums overflow 32 bits.
        const int Batch = 5552;

        public static uint Add(uint sum, byte[] data, int length)
        {
            var (low, high) = (sum & 0xffff, sum >> 16);
            for (var at = 0; at < length;)
            {
                for (var end = Math.Min(length, at + Batch); at < end; at++)
                {
                    low += data[at];
                    high += low;
                }
                low %= Modulus;
                high %= Modulus;
            }
            return high << 16 | low;
        }
    }

    /// <summary>The checksum of PNG chunks (ISO/IEC 15948, annex D), four bytes at a time.</summary>
    static class Crc32
    {
        public const uint Start = 0xffffffff;

        static readonly uint[][] Tables = MakeTables();

        public static uint Add(uint crc, byte[] data, int at, int length)
        {
            var (first, second, third, fourth) = (Tables[0], Tables[1], Tables[2], Tables[3]);
            var end = at + length;
            for (; at + 4 <= end; at += 4)
            {
                crc ^= data[at] | (uint)data[at + 1] << 8 | (uint)data[at + 2] << 16 | (uint)data[at + 3] << 24;
                crc = fourth[crc & 255] ^ third[crc >> 8 & 255] ^ second[crc >> 16 & 255] ^ first[crc >> 24];
            }
            for (; at < end; at++) crc = first[(crc ^ data[at]) & 255] ^ crc >> 8;
            return crc;
        }

        public static uint Finish(uint crc) => ~crc;

        static uint[][] MakeTables()
        {
            var tables = new uint[4][];
            for (var table = 0; table < 4; table++)
            {
                tables[table] = new uint[256];
                for (uint index = 0; index < 256; index++)
                {
                    var crc = index;
                    if (table > 0) crc = tables[0][tables[table - 1][index] & 255] ^ tables[table - 1][index] >> 8;
                    else
                        for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
                    tables[table][index] = crc;
                }
            }
            return tables;
        }
    }
}
