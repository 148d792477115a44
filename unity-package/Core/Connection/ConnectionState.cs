#nullable enable

namespace LoraBridge.Core.Connection
{
    /// <summary>How a client stands with the daemon.</summary>
    public enum ConnectionState
    {
        /// <summary>Not started, or ended.</summary>
        Closed,
        /// <summary>Looking for the daemon, again and again.</summary>
        Connecting,
        /// <summary>The daemon has said welcome.</summary>
        Connected,
    }
}
