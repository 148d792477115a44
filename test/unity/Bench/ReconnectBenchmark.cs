using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using LoraBridge.Core.Connection;

namespace LoraBridge.Bench
{
    /// <summary>
    /// Seconds from the descriptor of a restarted daemon until the client is connected, after the daemon was away for a moment or so
    /// long that the client tries ever more seldom.
    /// </summary>
    static class ReconnectBenchmark
    {
        static readonly int[] _absences = { 0, 0, 1, 1, 2, 3, 5, 20 };

        public static IDictionary<string, double> Run()
        {
            using var daemon = new BenchDaemon();
            using var client = new DaemonClient(daemon.Endpoint, "bench", "0");
            var connections = 0;
            client.Connected += (hello, isWhole) => connections++;
            client.Start();
            client.WaitFor(() => connections == 1);
            var seconds = new List<double>();
            foreach (var absence in _absences)
            {
                var before = connections;
                daemon.Kill();
                var gone = Stopwatch.StartNew();
                client.WaitFor(() => gone.Elapsed.TotalSeconds >= absence);
                daemon.Start();
                client.WaitFor(() => File.Exists(daemon.DescriptorFile));
                var time = Stopwatch.StartNew();
                client.WaitFor(() => connections > before);
                seconds.Add(time.Elapsed.TotalSeconds);
            }
            return new Dictionary<string, double> { ["median s"] = seconds.OrderBy(value => value).ElementAt(seconds.Count / 2), ["slowest s"] = seconds.Max() };
        }
    }
}
