using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace LoraBridge.EndToEnd
{
    /// <summary>The real daemon, `node dist/cli/main.js daemon`, on a data folder of its own.</summary>
    sealed class DaemonProcess : IDisposable
    {
        /// <summary>What runs the daemon.</summary>
        public static readonly string Script = Path.GetFullPath("dist/cli/main.js");

        readonly Process _process;

        /// <summary>Starts it and waits until its descriptor is there.</summary>
        public DaemonProcess(string home) : this(home, $"\"{Script}\" daemon --json") { }

        DaemonProcess(string home, string arguments)
        {
            // What one that was killed has left would be taken for this one's.
            if (Directory.Exists(home)) File.Delete(Path.Combine(home, "daemon.json"));
            var start = new ProcessStartInfo("node", arguments) { UseShellExecute = false, RedirectStandardOutput = true };
            start.EnvironmentVariables["LORA_BRIDGE_HOME"] = home;
            _process = Process.Start(start);
            _process.BeginOutputReadLine();
            while (Descriptor(home) == null)
            {
                if (_process.HasExited) throw new InvalidOperationException("The daemon did not start.");
                Thread.Sleep(20);
            }
        }

        /// <summary>Starts a daemon that speaks a later version of the protocol.</summary>
        public static DaemonProcess Newer(string home)
        {
            Directory.CreateDirectory(home);
            return new DaemonProcess(home, $"test/unity/daemons/scripted.mjs \"{Path.Combine(home, "daemon.json")}\" version");
        }

        /// <summary>Stops the process in its tracks, as a very slow disk does.</summary>
        public void Pause() => Signal("STOP");

        /// <summary>Continues the process.</summary>
        public void Resume() => Signal("CONT");

        void Signal(string name)
        {
            using var kill = Process.Start("kill", $"-{name} {_process.Id}");
            kill.WaitForExit();
            if (kill.ExitCode != 0) throw new InvalidOperationException($"The daemon could not be sent SIG{name}.");
        }

        /// <summary>The descriptor of the daemon that runs on a data folder, or null.</summary>
        public static JObject Descriptor(string home)
        {
            try
            {
                return JObject.Parse(File.ReadAllText(Path.Combine(home, "daemon.json")));
            }
            catch (Exception error) when (error is IOException || error is JsonException)
            {
                return null;
            }
        }

        /// <summary>SIGKILL, and waits for the end.</summary>
        public void Kill()
        {
            if (!_process.HasExited) _process.Kill();
            _process.WaitForExit();
        }

        /// <summary>Ends all daemons of a data folder, whoever started them, also those that are only just starting.</summary>
        public static void KillAll(string home)
        {
            for (var ids = On(home, "node"); ids.Count > 0; ids = On(home, "node"))
            {
                foreach (int id in ids)
                    try
                    {
                        using var process = Process.GetProcessById(id);
                        process.Kill();
                    }
                    catch (Exception error) when (error is ArgumentException || error is InvalidOperationException)
                    {
                        // It has ended already.
                    }
                Thread.Sleep(20);
            }
        }

        /// <summary>Ids of the daemons on a data folder.</summary>
        public static List<int> On(string home) => On(home, "main.js\0daemon");

        // Ended processes have an empty command line.
        static List<int> On(string home, string command)
        {
            var ids = new List<int>();
            using var self = Process.GetCurrentProcess();
            foreach (string process in Directory.GetDirectories("/proc"))
            {
                if (!int.TryParse(Path.GetFileName(process), out int id) || id == self.Id) continue;
                try
                {
                    if (File.ReadAllText(Path.Combine(process, "cmdline")).Contains(command)
                        && File.ReadAllText(Path.Combine(process, "environ")).Contains($"LORA_BRIDGE_HOME={home}\0")) ids.Add(id);
                }
                catch (Exception error) when (error is IOException || error is UnauthorizedAccessException)
                {
                    // It has ended, or belongs to another user.
                }
            }
            return ids;
        }

        /// <summary>Whether a process of an id runs.</summary>
        public static bool IsAlive(int id)
        {
            // A zombie has an empty command line.
            string file = $"/proc/{id}/cmdline";
            return File.Exists(file) && File.ReadAllText(file).Length > 0;
        }

        public void Dispose()
        {
            Kill();
            _process.Dispose();
        }
    }
}
