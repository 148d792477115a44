using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Tests
{
    /// <summary>Shots to send.</summary>
    public static class TestShots
    {
        public const string Character = "Godette";

        /// <summary>The fifteen captures of Godette: name and PNG file.</summary>
        public static IEnumerable<(string name, byte[] png)> Godette()
            => Directory.GetFiles(Repository.At("test", "characters", "godette"), "*.png").OrderBy(file => file)
                .Select(file => (Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file)));

        /// <summary>Bytes that are no picture, and like no others.</summary>
        public static byte[] Noise(int seed, int length)
        {
            var bytes = new byte[length];
            new Random(seed).NextBytes(bytes);
            return bytes;
        }

        public static ShotMetadata Describe(string name, byte[] picture) => new ShotMetadata
        {
            Id = Guid.NewGuid().ToString("D"),
            Character = Character,
            Name = name,
            Sha256 = Hash(picture),
            Bytes = picture.Length,
        };

        public static string Hash(byte[] bytes)
        {
            using var sha = SHA256.Create();
            return string.Concat(sha.ComputeHash(bytes).Select(b => b.ToString("x2")));
        }
    }
}
