#nullable enable
using System.Threading.Tasks;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Daemon
{
    /// <summary>What a daemon on this machine needs, and whether it is installed.</summary>
    public sealed class Installation
    {
        /// <summary>Path and version of Node; null if it was not found: see <see cref="NodeError"/>.</summary>
        public string? Node { get; private set; }

        /// <summary>Why Node was not found, and what to do about it; null if it was.</summary>
        public LoraBridgeException? NodeError { get; private set; }

        /// <summary>Path of lora-bridge; null if it was not found: see <see cref="ProgramError"/>.</summary>
        public string? Program { get; private set; }

        /// <summary>Why lora-bridge was not found, and what to do about it; null if it was.</summary>
        public LoraBridgeException? ProgramError { get; private set; }

        /// <summary>Whether a daemon can be started.</summary>
        public bool IsComplete => NodeError == null && ProgramError == null;

        /// <summary>Detects both, in the background: a login shell may take a second to answer.</summary>
        public static Task<Installation> Find(DaemonSettings settings) => Task.Run(() =>
        {
            var found = new Installation();
            try
            {
                var (program, version) = ProgramSearch.Node(settings.Node, ProgramFolders.OfThisMachine());
                found.Node = $"{program} ({version})";
            }
            catch (LoraBridgeException error)
            {
                found.NodeError = error;
            }
            try
            {
                found.Program = ProgramSearch.LoraBridge(settings.Program, ProgramFolders.OfThisMachine());
            }
            catch (LoraBridgeException error)
            {
                found.ProgramError = error;
            }
            return found;
        });
    }
}
