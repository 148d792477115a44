#nullable enable
using LoraBridge.Core.Connection;

namespace LoraBridge.Core.Daemon
{
    /// <summary>Where the daemon is, and how it is started. Whatever is null or empty is detected.</summary>
    public sealed class DaemonSettings
    {
        /// <summary>Path of <c>node</c>. Default: detected.</summary>
        public string? Node { get; set; }

        /// <summary>Path of <c>lora-bridge</c>, of its <c>main.js</c>, or of a folder that holds the package. Default: detected.</summary>
        public string? Program { get; set; }

        /// <summary>Path of the script that starts the daemon: <c>Starter~/start-daemon.cjs</c> of this package.</summary>
        public string StartScript { get; set; } = "";

        /// <summary>
        /// A descriptor file elsewhere, as of a daemon in WSL2: <c>\\wsl.localhost\Ubuntu\home\…\daemon.json</c>. That daemon is never
        /// started from here.
        /// </summary>
        public string? DescriptorFile { get; set; }

        /// <summary>Address of a daemon, <c>http://HOST:PORT</c>, with its <see cref="Token"/>. It is never started from here.</summary>
        public string? Url { get; set; }

        /// <summary>Access token of the daemon at <see cref="Url"/>.</summary>
        public string? Token { get; set; }

        /// <summary>Whether the daemon runs on this machine, so that it may be started.</summary>
        public bool IsOwn => string.IsNullOrEmpty(Url) && string.IsNullOrEmpty(DescriptorFile);

        /// <summary>Where to find the daemon.</summary>
        public DaemonEndpoint Endpoint
        {
            get
            {
                if (Url is string url && url != "") return DaemonEndpoint.At(url, Token ?? "");
                return DaemonEndpoint.FromFile(DescriptorFile is string file && file != "" ? file : DaemonHome.DescriptorFile);
            }
        }
    }
}
