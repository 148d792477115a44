using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using LoraBridge.Core.Connection;
using LoraBridge.Core.Outbox;

namespace LoraBridge.Bench
{
    /// <summary>Milliseconds that the client holds up a domain reload with uploads of 4 MiB under way.</summary>
    static class CloseBenchmark
    {
        const int Rounds = 8;

        public static IDictionary<string, double> Run()
        {
            using var daemon = new BenchDaemon();
            var times = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                var outbox = new ShotOutbox(Path.Combine(daemon.Home, "outbox" + round));
                for (var shot = 0; shot < 16; shot++) NoiseShot.Put(outbox, $"{round} {shot}", NoiseShot.Picture(round * 16 + shot, 4 << 20));
                var client = new DaemonClient(daemon.Endpoint, "bench", "0", outbox);
                var acknowledged = 0;
                client.ShotAcknowledged += _ => acknowledged++;
                client.Start();
                client.WaitFor(() => acknowledged > 0);
                var time = Stopwatch.StartNew();
                client.Dispose();
                times.Add(time.Elapsed.TotalMilliseconds);
            }
            return new Dictionary<string, double> { ["median ms"] = times.OrderBy(value => value).ElementAt(Rounds / 2), ["slowest ms"] = times.Max() };
        }
    }
}
