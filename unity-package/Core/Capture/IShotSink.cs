#nullable enable
namespace LoraBridge.Core.Capture
{
    /// <summary>Where finished shots go: the outbox, or a folder.</summary>
    public interface IShotSink
    {
        /// <summary>
        /// Takes a shot. When it returns, the shot survives a power cut; only then does the capture's cursor move on. Called on a
        /// background thread, one shot at a time and in the plan's order, except that an interrupted capture may offer a
        /// shot again with the same id: it is the same shot, and is stored once. An exception ends the capture before the shot,
        /// and a resumed capture continues there.
        /// </summary>
        void Accept(TakenShot shot);
    }
}
