#nullable enable
namespace LoraBridge.Core.Capture
{
    /// <summary>Where finished shots go: the outbox, or a folder.</summary>
    public interface IShotSink
    {
        /// <summary>
        /// Takes a shot. When it returns, the shot survives a power cut; only then does the capture's cursor move on. Called on a
        /// background thread, one shot at a time and in the plan's order, except that a capture which was interrupted may offer a
        /// shot again with the same id: that is the same shot, and is kept once. An exception ends the capture before the shot,
        /// which goes on there when it is resumed.
        /// </summary>
        void Accept(TakenShot shot);
    }
}
