#nullable enable
using System;
using System.Net;
using System.Threading.Tasks;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Connection
{
    /// <summary>Why a connection could not be made, or ended.</summary>
    internal static class ConnectionError
    {
        /// <summary>The close codes of the protocol that are not the end of a daemon.</summary>
        const int Malformed = 4000, Version = 4001, Credit = 4003;

        /// <summary>
        /// Finds out by HTTP why the WebSocket was refused: <c>ClientWebSocket</c> reports the status only in its message, which differs between runtimes.
        /// </summary>
        public static async Task<LoraBridgeException> Diagnose(Descriptor descriptor, Exception error)
        {
            var status = await DaemonHttp.Status(descriptor).ConfigureAwait(false);
            if (status == HttpStatusCode.Unauthorized || status == HttpStatusCode.Forbidden)
                return new LoraBridgeException("state.access.denied", $"The daemon refused the connection ({(int)status}).",
                    "The token does not belong to the running daemon: restart the connection to read its descriptor again, or correct the token in the settings.", cause: error);
            if (status != null) return Lost(error);
            return new LoraBridgeException("state.daemon.absent", $"No daemon answers at {descriptor.Url}.",
                "Start it with Tools > LoRA Bridge > Start daemon.", cause: error);
        }

        /// <summary>The daemon has closed the connection with this code.</summary>
        public static LoraBridgeException Closed(int code, long daemonProtocol)
        {
            switch (code)
            {
                case Version: return OtherVersion(daemonProtocol);
                case Malformed:
                case Credit:
                    return new LoraBridgeException("protocol.frame.malformed", $"The daemon closed the connection with code {code}.",
                        "Please report this error.");
                default: return Lost();
            }
        }

        public static LoraBridgeException OtherVersion(long daemon)
            => new LoraBridgeException("state.protocol.version", $"The daemon speaks protocol {daemon}, this package {ProtocolVersion.Number}.",
                daemon > ProtocolVersion.Number
                    ? "Update this package, or install the version of lora-bridge that belongs to it."
                    : "Update lora-bridge with `npm install -g lora-bridge`, stop the daemon and start it again.");

        /// <summary>The connection broke, or the daemon is gone.</summary>
        public static LoraBridgeException Lost(Exception? cause = null)
            => new LoraBridgeException("resource.connection.lost", "The connection to the daemon was lost.",
                "The editor reconnects as soon as the daemon is running.", cause: cause);
    }
}
