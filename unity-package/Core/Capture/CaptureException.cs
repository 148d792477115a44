#nullable enable
using System;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Capture
{
    /// <summary>An error in a capture that is shown to the user.</summary>
    public sealed class CaptureException : LoraBridgeException
    {
        /// <summary>Makes an error with a stable code, such as <c>input.plan.empty</c>, and what to do next.</summary>
        public CaptureException(string code, string message, string hint, Exception? cause = null) : base(code, message, hint, null, cause) {}
    }
}
