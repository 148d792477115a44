#nullable enable
namespace LoraBridge.Core.Capture
{
    /// <summary>Whether a capture runs, or how it ended.</summary>
    public enum CaptureState
    {
        /// <summary>It takes shots.</summary>
        Running,
        /// <summary>All shots are safe.</summary>
        Finished,
        /// <summary>The user cancelled it.</summary>
        Cancelled,
        /// <summary>It ended with an error. It can be resumed from its cursor once the problem is fixed.</summary>
        Failed,
        /// <summary>It was disposed while running, such as before a domain reload. It can be resumed from its cursor.</summary>
        Suspended,
    }
}
