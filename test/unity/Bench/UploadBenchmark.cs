using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using LoraBridge.Core.Connection;
using LoraBridge.Core.Outbox;

namespace LoraBridge.Bench
{
    /// <summary>Seconds for 100 shots of 1 MiB: until all are on disk here, and until the daemon has acknowledged the last.</summary>
    static class UploadBenchmark
    {
        const int Shots = 100;

        public static IDictionary<string, double> Run()
        {
            using var daemon = new BenchDaemon();
            var outbox = new ShotOutbox(Path.Combine(daemon.Home, "outbox"));
            using var client = new DaemonClient(daemon.Endpoint, "bench", "0", outbox);
            var (connected, acknowledged) = (false, 0);
            client.Connected += (hello, isWhole) => connected = true;
            client.ShotAcknowledged += _ => acknowledged++;
            client.Start();
            client.WaitFor(() => connected);
            var pictures = Enumerable.Range(0, Shots).Select(shot => NoiseShot.Picture(shot, 1 << 20)).ToList();
            var time = Stopwatch.StartNew();
            for (var shot = 0; shot < Shots; shot++) NoiseShot.Put(outbox, $"{shot}", pictures[shot]);
            var kept = time.Elapsed.TotalSeconds;
            client.WaitFor(() => acknowledged == Shots);
            return new Dictionary<string, double> { ["on disk s"] = kept, ["acknowledged s"] = time.Elapsed.TotalSeconds };
        }
    }
}
