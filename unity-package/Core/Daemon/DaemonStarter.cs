#nullable enable
using System;
using System.IO;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Connection;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Daemon
{
    /// <summary>
    /// Makes sure that a daemon runs: finds one or starts it. There are never two, since the data folder is locked, and
    /// none stays unused, since a daemon exits after ten minutes without client and job.
    /// </summary>
    public sealed class DaemonStarter
    {
        const string IdleSeconds = "600";
        static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

        readonly DaemonSettings _settings;

        /// <summary>How long a daemon may take to start.</summary>
        internal TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

        /// <summary>A starter that reads these settings at each call.</summary>
        public DaemonStarter(DaemonSettings settings) => _settings = settings;

        /// <summary>
        /// The descriptor of a daemon that answers; one is started if necessary. Works in the background. Throws
        /// <c>resource.node.missing</c>, <c>resource.package.missing</c>, <c>state.daemon.absent</c> when it does not start or may not be
        /// started from here, <c>state.access.denied</c>.
        /// </summary>
        public Task<Descriptor> EnsureAsync(CancellationToken cancel = default) => Task.Run(() => Ensure(cancel), cancel);

        /// <summary>The descriptor of a daemon that answers, or null. Throws <c>state.access.denied</c>.</summary>
        public Task<Descriptor?> FindAsync() => Task.Run(Find);

        async Task<Descriptor?> Find()
        {
            try
            {
                var descriptor = _settings.Endpoint.Find();
                var status = await DaemonHttp.Status(descriptor).ConfigureAwait(false);
                if (status == HttpStatusCode.OK) return descriptor;
                // After a crash another program may use the port.
                if (_settings.IsOwn || status == null) return null;
                throw new LoraBridgeException("state.access.denied", $"{descriptor.Url} refused the token ({(int)status}).",
                    "Correct the address and the token in Project Settings > LoRA Bridge.");
            }
            catch (LoraBridgeException error) when (error.Code == "state.daemon.absent")
            {
                return null;
            }
        }

        async Task<Descriptor> Ensure(CancellationToken cancel)
        {
            var running = await Find().ConfigureAwait(false);
            if (running != null) return running;
            if (!_settings.IsOwn)
                throw new LoraBridgeException("state.daemon.absent", "No daemon answers at the address in the settings.",
                    "Start it there, or clear the address in Project Settings > LoRA Bridge to use one on this machine.", _settings.DescriptorFile);

            var (node, _) = ProgramSearch.Node(_settings.Node, ProgramFolders.OfThisMachine());
            var program = ProgramSearch.LoraBridge(_settings.Program, ProgramFolders.OfThisMachine());
            var log = new StartLog(Path.Combine(DaemonHome.Folder, "logs", "start.log"));
            using var process = await DetachedProcess.Start(node, _settings.StartScript, log.File, program, "daemon", "--idle-exit", IdleSeconds).ConfigureAwait(false);
            try
            {
                var descriptor = await WaitUntilReady(process, program, log, cancel).ConfigureAwait(false);
                // Another editor was faster: ours would exit by itself, but not before its start timeout.
                if (process.Id != 0 && process.Id != descriptor.Pid) process.Kill();
                return descriptor;
            }
            catch
            {
                // A daemon without a descriptor must not keep running.
                process.Kill();
                throw;
            }
        }

        async Task<Descriptor> WaitUntilReady(DetachedProcess process, string program, StartLog log, CancellationToken cancel)
        {
            var deadline = DateTime.UtcNow + StartTimeout;
            while (true)
            {
                // Read before the descriptor: a process that had ended by then has lost the lock to another daemon, or has failed.
                var hasEnded = process.HasEnded;
                var descriptor = await Find().ConfigureAwait(false);
                if (descriptor != null) return descriptor;
                // Another editor may have been faster, and its daemon may not have written its descriptor yet.
                if (hasEnded && !log.Read().Contains("state.daemon.running")) throw Failed($"{program} exited immediately", log);
                if (DateTime.UtcNow > deadline) throw Failed($"{program} did not start within {StartTimeout.TotalSeconds} s", log);
                await Task.Delay(PollInterval, cancel).ConfigureAwait(false);
            }
        }

        static LoraBridgeException Failed(string what, StartLog log)
        {
            var said = log.Read().Trim();
            var end = said.Length > 1000 ? said.Substring(said.Length - 1000) : said;
            return new LoraBridgeException("state.daemon.absent", $"{what}{(end == "" ? "." : ": " + end)}",
                "Run `lora-bridge daemon` in a terminal to see why, or `lora-bridge doctor`.", log.File);
        }
    }
}
