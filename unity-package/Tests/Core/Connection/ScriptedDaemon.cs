using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using LoraBridge.Core.Connection;

namespace LoraBridge.Core.Tests.Connection
{
    /// <summary>What no real daemon does, done by a script: see <c>test/unity/daemons/scripted.mjs</c>.</summary>
    public sealed class ScriptedDaemon : IDisposable
    {
        readonly TemporaryFolder _home = new TemporaryFolder();
        readonly Process _process;
        readonly List<string> _lines = new List<string>();

        public DaemonEndpoint Endpoint => DaemonEndpoint.FromFile(_home.At("daemon.json"));

        public ScriptedDaemon(string mode)
        {
            var script = Repository.At("test", "unity", "daemons", "scripted.mjs");
            _process = Process.Start(new ProcessStartInfo("node", $"\"{script}\" \"{_home.At("daemon.json")}\" {mode}")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            });
            _process.OutputDataReceived += (_, line) =>
            {
                lock (_lines) _lines.Add(line.Data);
            };
            _process.BeginOutputReadLine();
            Wait.Until(() => File.Exists(_home.At("daemon.json")) || _process.HasExited, "the script starts");
        }

        /// <summary>How many lines of this text it has printed.</summary>
        public int Count(string line)
        {
            lock (_lines) return _lines.FindAll(text => text == line).Count;
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _home.Dispose();
        }
    }
}
