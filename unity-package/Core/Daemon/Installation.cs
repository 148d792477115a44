#nullable enable
using System.Threading.Tasks;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Daemon
{
    /// <summary>What a daemon of this machine needs, and whether it is there.</summary>
    public sealed class Installation
    {
        /// <summary>Path and version of Node; null where <see cref="NodeError"/> says why.</summary>
        public string? Node { get; private set; }

        /// <summary>Why there is no Node, with what to do about it; null where there is one.</summary>
        public LoraBridgeException? NodeError { get; private set; }

        /// <summary>Path of lora-bridge; null where <see cref="ProgramError"/> says why.</summary>
        public string? Program { get; private set; }

        /// <summary>Why there is no lora-bridge, with what to do about it; null where there is one.</summary>
        public LoraBridgeException? ProgramError { get; private set; }

        /// <summary>Whether a daemon can be started.</summary>
        public bool IsComplete => NodeError == null && ProgramError == null;

        /// <summary>Looks for both, in the background: a login shell may take a second to answer.</summary>
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
