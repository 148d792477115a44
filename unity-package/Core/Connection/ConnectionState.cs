#nullable enable

namespace LoraBridge.Core.Connection
{
    /// <summary>State of a client's connection to the daemon.</summary>
    public enum ConnectionState
    {
        /// <summary>Not started, or ended.</summary>
        Closed,
        /// <summary>Trying to connect, repeatedly.</summary>
        Connecting,
        /// <summary>The daemon has accepted the client.</summary>
        Connected,
    }
}
