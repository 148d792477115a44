using System;
using LoraBridge.Core.Connection;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Connection
{
    [Category("Daemon")]
    public class MemoryTests
    {
        const int Shots = 500, Warm = 50, ShotBytes = 300_000;
        const long MayGrow = 10 << 20;

        /// <summary>All of them in memory would be fifteen times what may be used.</summary>
        [Test]
        public void FiveHundredShotsTakeNoMoreMemoryThanFifty()
        {
            using var folder = new TemporaryFolder();
            using var daemon = new RealDaemon();
            using var editor = new TestEditor(daemon.Endpoint, folder.At("outbox"));
            long before = 0;
            for (var i = 0; i < Shots; i++)
            {
                var picture = TestShots.Noise(i, ShotBytes);
                editor.Outbox.Add(TestShots.Describe("shot" + i, picture), picture);
                editor.Client.Drain();
                if (i == Warm) before = GC.GetTotalMemory(true);
            }
            // Here most are still on their way: the outbox is full, or the daemon would be faster than we.
            var full = GC.GetTotalMemory(true);
            editor.Until(() => editor.Acks.Count == Shots, "all shots are acknowledged");
            var after = GC.GetTotalMemory(true);
            TestContext.WriteLine($"Grown by {(full - before) / 1024} KiB with the last shot, {(after - before) / 1024} KiB with its acknowledgement.");
            Assert.That(full - before, Is.LessThan(MayGrow));
            Assert.That(after - before, Is.LessThan(MayGrow));
        }
    }
}
