#nullable enable
using System;

namespace LoraBridge.Core.Capture
{
    /// <summary>An error in a capture that a person may meet.</summary>
    public sealed class CaptureException : Exception
    {
        /// <summary>Stable code, such as <c>input.plan.empty</c>.</summary>
        public string Code { get; }

        /// <summary>What to do next.</summary>
        public string Hint { get; }

        /// <summary>Makes an error.</summary>
        public CaptureException(string code, string message, string hint, Exception? cause = null) : base(message, cause)
        {
            Code = code;
            Hint = hint;
        }
    }
}
