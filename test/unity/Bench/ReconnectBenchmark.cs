using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using LoraBridge.Core.Connection;

namespace LoraBridge.Bench
{
    /// <summary>
    /// Seconds from the descriptor of a restarted daemon until the client is connected, after the daemon was away for a moment, for
    /// some seconds, and for as long as it takes to give up hope.
    /// </summary>
    static class ReconnectBenchmark
    {
        static readonly int[] _absences = { 0, 3, 20 };

        public static IDictionary<string, double> Run()
        {
            using var daemon = new BenchDaemon();
            using var client = new DaemonClient(daemon.Endpoint, "bench", "0");
            var connections = 0;
            client.Connected += (hello, isWhole) => connections++;
            client.Start();
            Wait(client, () => connections == 1);
            var figures = new Dictionary<string, double>();
            foreach (var absence in _absences)
            {
                var before = connections;
                daemon.Kill();
                var gone = Stopwatch.StartNew();
                Wait(client, () => gone.Elapsed.TotalSeconds >= absence);
                daemon.Start();
                Wait(client, () => File.Exists(daemon.DescriptorFile));
                var time = Stopwatch.StartNew();
                Wait(client, () => connections > before);
                figures[$"after {absence} s without it s"] = time.Elapsed.TotalSeconds;
            }
            return figures;
        }

        static void Wait(DaemonClient client, Func<bool> condition)
        {
            for (var time = Stopwatch.StartNew(); !condition(); Thread.Sleep(1))
            {
                client.Drain();
                if (time.Elapsed > TimeSpan.FromMinutes(2)) throw new TimeoutException("The daemon or the client hangs.");
            }
        }
    }
}
