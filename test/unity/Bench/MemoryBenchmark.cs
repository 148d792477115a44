using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Connection;
using LoraBridge.Core.Outbox;
using LoraBridge.Core.Plan;

namespace LoraBridge.Bench
{
    /// <summary>
    /// 500 shots of 1024 × 1024 through session, outbox and client to the daemon, until the last is acknowledged: how much this
    /// process grows after the first 50.
    /// </summary>
    static class MemoryBenchmark
    {
        const int Shots = 500;
        const int Settled = 50;

        public static IDictionary<string, double> Run()
        {
            var plan = SamplePasses.Plan(2);
            plan.Angles = Enumerable.Range(0, Shots / plan.Poses.Count).Select(index => new CaptureAngle(index)).ToList();
            using var daemon = new BenchDaemon();
            var outbox = new ShotOutbox(Path.Combine(daemon.Home, "outbox"));
            using var client = new DaemonClient(daemon.Endpoint, "bench", "0", outbox);
            var acknowledged = 0;
            client.ShotAcknowledged += _ => acknowledged++;
            client.Start();
            using var still = SamplePasses.Godette(plan.Supersampling);
            using var session = new CaptureSession(CaptureCursor.Begin("Godette", "", plan), new ConstantStage(still), outbox);

            var (managed, resident) = (new List<double>(), new List<double>());
            var next = Settled;
            var time = Stopwatch.StartNew();
            while (session.State == CaptureState.Running || acknowledged < Shots && session.State == CaptureState.Finished)
            {
                session.Tick();
                client.Drain();
                if (acknowledged >= next)
                {
                    managed.Add(GC.GetTotalMemory(true) / 1e6);
                    resident.Add(Resident());
                    next += Settled;
                }
                if (time.Elapsed > TimeSpan.FromMinutes(15)) throw new TimeoutException($"Only {acknowledged} shots were acknowledged.");
                Thread.Sleep(1);
            }
            if (session.Error != null) throw session.Error;
            return new Dictionary<string, double>
            {
                ["shots"] = acknowledged,
                ["seconds"] = time.Elapsed.TotalSeconds,
                ["managed MB after 50"] = managed[0],
                ["managed growth MB"] = managed.Max() - managed[0],
                ["resident MB after 50"] = resident[0],
                ["resident growth MB"] = resident.Max() - resident[0],
            };
        }

        static double Resident()
        {
            // Mono's Process.WorkingSet64 is this, but kept from the first call.
            const string status = "/proc/self/status";
            if (!File.Exists(status)) return Process.GetCurrentProcess().WorkingSet64 / 1e6;
            var line = File.ReadAllLines(status).First(candidate => candidate.StartsWith("VmRSS:"));
            return double.Parse(line.Split(new[] { ' ', '\t' }, StringSplitOptions.RemoveEmptyEntries)[1]) * 1024 / 1e6;
        }
    }
}
