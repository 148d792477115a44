using System;
using System.Security.Cryptography;
using LoraBridge.Core.Outbox;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Bench
{
    /// <summary>Shots of random bytes, fast to make.</summary>
    static class NoiseShot
    {
        public static byte[] Picture(int seed, int bytes)
        {
            var picture = new byte[bytes];
            new Random(seed).NextBytes(picture);
            return picture;
        }

        public static void Put(ShotOutbox outbox, string name, byte[] picture)
        {
            using var algorithm = SHA256.Create();
            outbox.Add(new ShotMetadata
            {
                Id = Guid.NewGuid().ToString("D"), Character = "Noise", Name = name, Bytes = picture.Length,
                Sha256 = BitConverter.ToString(algorithm.ComputeHash(picture)).Replace("-", "").ToLowerInvariant(),
            }, picture);
        }
    }
}
