#nullable enable
using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LoraBridge.Core.Protocol;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace LoraBridge.Core.Daemon
{
    /// <summary>
    /// A process that outlives a domain reload and the editor. Node starts it, with a script of the package, the same way on all
    /// platforms, in its own session and without a pipe to the editor. Node stays for as long as this object does, to
    /// report an early exit.
    /// </summary>
    internal sealed class DetachedProcess : IDisposable
    {
        const string ArgumentsVariable = "LORA_BRIDGE_START";

        readonly Process _starter;
        readonly Task<string> _end;

        /// <summary>Its process id; 0 when it runs inside a shell.</summary>
        public int Id { get; }

        DetachedProcess(Process starter, int id)
        {
            _starter = starter;
            Id = id;
            _end = starter.StandardOutput.ReadToEndAsync();
        }

        /// <summary>Whether it has ended. Never true after <see cref="Dispose"/>.</summary>
        public bool HasEnded => _end.IsCompleted;

        /// <summary>
        /// Starts <paramref name="program"/>; what it prints is added to <paramref name="log"/>. Throws <c>resource.node.missing</c> when
        /// Node does not run, <c>resource.package.missing</c> when the program does not.
        /// </summary>
        public static async Task<DetachedProcess> Start(string node, string script, string log, string program, params string[] arguments)
        {
            // Run in its own folder, so that no path has to be quoted.
            var start = new ProcessStartInfo(node, Path.GetFileName(script))
            {
                WorkingDirectory = Path.GetDirectoryName(script),
                UseShellExecute = false,
                CreateNoWindow = true,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment[ArgumentsVariable] = new JArray(new[] { log, program }.Concat(arguments)).ToString(Formatting.None);
            Process starter;
            try
            {
                starter = Process.Start(start)!;
            }
            catch (Win32Exception error)
            {
                throw new LoraBridgeException("resource.node.missing", $"{node} could not be started: {error.Message}",
                    "Choose the Node.js executable in Preferences > LoRA Bridge.", node, error);
            }
            var line = await starter.StandardOutput.ReadLineAsync().ConfigureAwait(false);
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return new DetachedProcess(starter, id);
            var complaint = await starter.StandardError.ReadToEndAsync().ConfigureAwait(false);
            starter.Dispose();
            throw new LoraBridgeException("resource.package.missing", $"{program} could not be started: {complaint.Trim()}",
                "Reinstall it with `npm install -g lora-bridge`, or correct its path in Project Settings > LoRA Bridge.", program);
        }

        /// <summary>Ends it at once, if it still runs.</summary>
        public void Kill()
        {
            try
            {
                _starter.StandardInput.WriteLine("kill");
                _starter.StandardInput.Flush();
                _starter.WaitForExit(1000);
            }
            catch (IOException)
            {
                // It has already exited.
            }
        }

        /// <summary>Detaches from the process, which keeps running.</summary>
        public void Dispose()
        {
            try
            {
                _starter.StandardInput.Dispose();
            }
            catch (IOException)
            {
                // It has already exited.
            }
            _starter.Dispose();
        }
    }
}
