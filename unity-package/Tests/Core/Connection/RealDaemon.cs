using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Threading;
using LoraBridge.Core.Connection;
using LoraBridge.Core.Protocol;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Connection
{
    /// <summary>A daemon as its own process, on a data folder of its own; gone after the test.</summary>
    public sealed class RealDaemon : IDisposable
    {
        readonly TemporaryFolder _home = new TemporaryFolder();
        Process _process;

        public string Home => _home.Path;

        public string DescriptorFile => _home.At("daemon.json");

        public DaemonEndpoint Endpoint => DaemonEndpoint.FromFile(DescriptorFile);

        /// <summary>The built command line, which a test starts with `node`.</summary>
        public static string EntryPoint
        {
            get
            {
                var path = Repository.At("dist", "cli", "main.js");
                if (!File.Exists(path)) Assert.Fail("These tests need the built daemon: run `npm run build`.");
                return path;
            }
        }

        public RealDaemon() => Start();

        /// <summary>Starts it, and returns when its descriptor is there.</summary>
        public void Start()
        {
            File.Delete(DescriptorFile);
            var start = new ProcessStartInfo("node", $"\"{EntryPoint}\" daemon --json")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            };
            start.Environment["LORA_BRIDGE_HOME"] = Home;
            _process = Process.Start(start);
            _process.BeginOutputReadLine();
            Wait.Until(() => File.Exists(DescriptorFile) || _process.HasExited, "the daemon starts");
            Assert.That(_process.HasExited, Is.False, "The daemon did not start.");
        }

        /// <summary>Ends it as a crash does.</summary>
        public void Kill()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        /// <summary>The bytes that the daemon has of a shot.</summary>
        public byte[] Download(string shot)
        {
            var descriptor = Descriptor.Parse(File.ReadAllText(DescriptorFile));
            using var web = new WebClient { Proxy = null };
            web.Headers["Authorization"] = "Bearer " + descriptor.Token;
            return web.DownloadData($"{descriptor.Url}/files/shots/{shot}");
        }

        public void Dispose()
        {
            if (!_process.HasExited) Kill();
            _home.Dispose();
        }
    }

    /// <summary>Waits for what happens on other threads.</summary>
    public static class Wait
    {
        // Long, because machines are slow at times: no test passes by it.
        static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

        public static void Until(Func<bool> condition, string what)
        {
            var clock = Stopwatch.StartNew();
            while (!condition())
            {
                if (clock.Elapsed > _timeout) Assert.Fail($"Timed out waiting until {what}.");
                Thread.Sleep(5);
            }
        }
    }
}
