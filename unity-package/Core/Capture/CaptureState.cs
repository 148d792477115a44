#nullable enable
namespace LoraBridge.Core.Capture
{
    /// <summary>What has become of a capture.</summary>
    public enum CaptureState
    {
        /// <summary>It takes shots.</summary>
        Running,
        /// <summary>All shots are safe.</summary>
        Finished,
        /// <summary>Someone cancelled it.</summary>
        Cancelled,
        /// <summary>It met an error. It can be resumed from its cursor once that is put right.</summary>
        Failed,
        /// <summary>It was disposed while running, such as before a domain reload. It can be resumed from its cursor.</summary>
        Suspended,
    }
}
