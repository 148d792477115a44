using System;
using System.Diagnostics;
using System.IO;
using LoraBridge.Core.Connection;

namespace LoraBridge.Bench
{
    /// <summary>The real daemon as its own process, on a data folder that goes with it.</summary>
    sealed class BenchDaemon : IDisposable
    {
        Process _process;

        public BenchDaemon()
        {
            Directory.CreateDirectory(Home);
            Start();
        }

        public string Home { get; } = Path.Combine(Path.GetTempPath(), "lora-bridge-bench-" + Guid.NewGuid().ToString("N"));

        public DaemonEndpoint Endpoint => DaemonEndpoint.FromFile(DescriptorFile);

        /// <summary>Where it says how to reach it.</summary>
        public string DescriptorFile => Path.Combine(Home, "daemon.json");

        /// <summary>Starts it and does not wait.</summary>
        public void Start()
        {
            File.Delete(DescriptorFile);
            var start = new ProcessStartInfo("node", "dist/cli/main.js daemon --json") { UseShellExecute = false, RedirectStandardOutput = true };
            start.EnvironmentVariables["LORA_BRIDGE_HOME"] = Home;
            _process = Process.Start(start);
            _process.BeginOutputReadLine();
        }

        /// <summary>Ends it as a crash does.</summary>
        public void Kill()
        {
            if (!_process.HasExited) _process.Kill();
            _process.WaitForExit();
        }

        public void Dispose()
        {
            Kill();
            Directory.Delete(Home, true);
        }
    }
}
