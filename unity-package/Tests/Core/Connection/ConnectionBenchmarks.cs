using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using LoraBridge.Core.Connection;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Connection
{
    /// <summary>Figures of the client with a real daemon.</summary>
    [Explicit, Category("Benchmark")]
    public class ConnectionBenchmarks
    {
        static string Describe(IEnumerable<double> values, string unit)
        {
            var sorted = values.OrderBy(value => value).ToList();
            return $"median {sorted[sorted.Count / 2]:0.#} {unit}, worst {sorted.Last():0.#} {unit} of {sorted.Count}";
        }

        /// <summary>From the moment that the new descriptor is there to the welcome, for a daemon that was away for a while.</summary>
        [Test]
        public void Reconnect()
        {
            using var folder = new TemporaryFolder();
            using var daemon = new RealDaemon();
            using var editor = new TestEditor(daemon.Endpoint, folder.At("outbox"));
            editor.Until(() => editor.Client.State == ConnectionState.Connected, "it is connected");
            var times = new List<double>();
            for (var round = 0; round < 8; round++)
            {
                daemon.Kill();
                // Long enough for the longest delay between two attempts.
                Thread.Sleep(round * 400);
                daemon.Start();
                var clock = Stopwatch.StartNew();
                editor.Until(() => editor.Client.State == ConnectionState.Connected, "it is connected again");
                times.Add(clock.Elapsed.TotalMilliseconds);
            }
            TestContext.WriteLine($"Reconnect after the new descriptor: {Describe(times, "ms")} (at most 2000 ms)");
            Assert.That(times.Max(), Is.LessThan(2000));
        }

        /// <summary>How long a domain reload is held up, with uploads under way.</summary>
        [Test]
        public void Close()
        {
            using var folder = new TemporaryFolder();
            using var daemon = new RealDaemon();
            var times = new List<double>();
            for (var round = 0; round < 8; round++)
            {
                var editor = new TestEditor(daemon.Endpoint, folder.At("outbox" + round));
                for (var i = 0; i < 16; i++)
                {
                    var picture = TestShots.Noise(round * 16 + i, 4 << 20);
                    editor.Outbox.Add(TestShots.Describe($"shot{i}", picture), picture);
                }
                editor.Until(() => editor.Acks.Count > 0, "a shot is acknowledged");
                var clock = Stopwatch.StartNew();
                editor.Client.Dispose();
                times.Add(clock.Elapsed.TotalMilliseconds);
            }
            TestContext.WriteLine($"Close with uploads under way: {Describe(times, "ms")} (at most 100 ms)");
        }

        /// <summary>From the first shot put into the outbox to the last acknowledgement: written, flushed, sent, stored, deleted.</summary>
        [Test]
        public void Upload()
        {
            const int shots = 100, bytes = 1 << 20;
            using var folder = new TemporaryFolder();
            using var daemon = new RealDaemon();
            using var editor = new TestEditor(daemon.Endpoint, folder.At("outbox"));
            editor.Until(() => editor.Client.State == ConnectionState.Connected, "it is connected");
            var pictures = Enumerable.Range(0, shots).Select(i => TestShots.Noise(i, bytes)).ToList();
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < shots; i++) editor.Outbox.Add(TestShots.Describe("shot" + i, pictures[i]), pictures[i]);
            var kept = clock.Elapsed.TotalSeconds;
            editor.Until(() => editor.Acks.Count == shots, "all shots are acknowledged");
            var acknowledged = clock.Elapsed.TotalSeconds;
            TestContext.WriteLine($"{shots} shots of 1 MiB: on disk in {kept:0.0} s, acknowledged in {acknowledged:0.0} s");
        }

        /// <summary>The memory of the whole client process, by the kernel's figures, where there is a kernel that tells.</summary>
        [Test, Platform("Linux")]
        public void Memory()
        {
            using var folder = new TemporaryFolder();
            using var daemon = new RealDaemon();
            using var editor = new TestEditor(daemon.Endpoint, folder.At("outbox"));
            var picture = TestShots.Noise(1, 1 << 20);
            long managed = 0, resident = 0;
            for (var i = 0; i < 500; i++)
            {
                // Changed in place: what is measured is the client.
                BitConverter.GetBytes(i).CopyTo(picture, 0);
                editor.Outbox.Add(TestShots.Describe("shot" + i, picture), picture);
                editor.Client.Drain();
                if (i == 50) (managed, resident) = (GC.GetTotalMemory(true), Resident());
            }
            editor.Until(() => editor.Acks.Count == 500, "all shots are acknowledged");
            TestContext.WriteLine($"500 shots of 1 MiB, growth after the first 50: {(GC.GetTotalMemory(true) - managed) / 1048576.0:0.0} MiB managed, "
                + $"{(Resident() - resident) / 1048576.0:0.0} MiB resident (at most 10 MB)");
        }

        static long Resident()
        {
            var line = File.ReadAllLines("/proc/self/status").Single(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(new string(line.Where(char.IsDigit).ToArray())) * 1024;
        }
    }
}
