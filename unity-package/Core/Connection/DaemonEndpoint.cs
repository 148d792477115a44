#nullable enable
using System;
using System.IO;
using System.Text;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Connection
{
    /// <summary>Where to find a daemon: by its descriptor file, which is read again for every attempt, or at a known address.</summary>
    public sealed class DaemonEndpoint
    {
        readonly string? _file;
        readonly Descriptor? _known;
        readonly LoraBridgeException? _error;

        DaemonEndpoint(string? file, Descriptor? known, LoraBridgeException? fault = null)
        {
            _file = file;
            _known = known;
            _error = fault;
        }

        /// <summary>The daemon that writes this descriptor file; on Windows also one in WSL2, by <c>\\wsl.localhost\…\daemon.json</c>.</summary>
        public static DaemonEndpoint FromFile(string descriptorFile) => new DaemonEndpoint(descriptorFile, null);

        /// <summary>
        /// The daemon at <c>http://HOST:PORT</c> or <c>https://…</c>; <c>HOST:PORT</c> alone means the former. If the text is not
        /// an address, <see cref="Find"/> throws.
        /// </summary>
        public static DaemonEndpoint At(string url, string token)
        {
            var text = url.Trim();
            if (text.IndexOf("://", StringComparison.Ordinal) < 0) text = "http://" + text;
            if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Host != ""
                && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
                return new DaemonEndpoint(null, new Descriptor { Url = text.TrimEnd('/'), Token = token, Protocol = ProtocolVersion.Number });
            return new DaemonEndpoint(null, null, new LoraBridgeException("input.option.invalid", $"\"{url}\" is not the address of a daemon.",
                "Write it as http://HOST:PORT in Project Settings > LoRA Bridge, or clear it to use a daemon on this machine."));
        }

        /// <summary>
        /// The descriptor as it is now. It may be that of a daemon that was killed. Throws <c>state.daemon.absent</c> when there is none,
        /// <c>input.file.denied</c> when it may not be read, <c>input.option.invalid</c> when the address is not one.
        /// </summary>
        public Descriptor Find()
        {
            if (_known != null) return _known;
            if (_error != null) throw _error;
            var text = ReadText() ?? throw Absent($"No daemon runs: {_file} is not there.", null);
            try
            {
                return Descriptor.Parse(text);
            }
            catch (LoraBridgeException error)
            {
                throw Absent($"{_file} is not the descriptor of a daemon.", error);
            }
        }

        /// <summary>A text that changes when a daemon starts or ends; null while there is none.</summary>
        internal string? Snapshot()
        {
            try
            {
                return _known?.Url ?? (_file == null ? null : ReadText());
            }
            catch (LoraBridgeException)
            {
                return null;
            }
        }

        string? ReadText()
        {
            try
            {
                // Shared: the daemon may replace the file at the same time.
                using var stream = new FileStream(_file!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var reader = new StreamReader(stream, Encoding.UTF8);
                return reader.ReadToEnd();
            }
            catch (UnauthorizedAccessException error)
            {
                throw new LoraBridgeException("input.file.denied", $"{_file} may not be read.",
                    "Only the user who started the daemon may connect to it.", _file, error);
            }
            catch (IOException)
            {
                return null;
            }
        }

        LoraBridgeException Absent(string message, Exception? cause)
            => new LoraBridgeException("state.daemon.absent", message, "Start it with Tools > LoRA Bridge > Start daemon.", _file, cause);
    }
}
