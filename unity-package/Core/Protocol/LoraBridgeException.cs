#nullable enable
using System;

namespace LoraBridge.Core.Protocol
{
    /// <summary>An error that the user may have to act upon.</summary>
    public class LoraBridgeException : Exception
    {
        /// <summary>Stable code, such as <c>state.daemon.absent</c>; PROTOCOL.md lists them.</summary>
        public string Code { get; }

        /// <summary>What to do next.</summary>
        public string? Hint { get; }

        /// <summary>The file or folder that the error is about.</summary>
        public string? File { get; }

        /// <summary>Makes an error.</summary>
        public LoraBridgeException(string code, string message, string? hint = null, string? file = null, Exception? cause = null)
            : base(message, cause)
        {
            Code = code;
            Hint = hint;
            File = file;
        }

        /// <summary>An error that the daemon has sent.</summary>
        public LoraBridgeException(WireError error) : this(error.Code, error.Message, error.Hint, error.File) {}
    }
}
