#nullable enable
using System;
using System.IO;

namespace LoraBridge.Core.Daemon
{
    /// <summary>
    /// The PATH of the user's terminal, which an editor that was started from Hub, Finder or a desktop does not have: the one that the shell's
    /// start-up files set.
    /// </summary>
    internal static class LoginShell
    {
        static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

        /// <summary>The shell's PATH, or null. It may take a second: version managers are slow to start.</summary>
        public static string? SearchPath(string? shell, string defaultShell)
        {
            var program = shell is string known && known != "" ? known : defaultShell;
            if (!File.Exists(program)) return null;
            // csh accepts -l only alone. /usr/bin/env prints the variable, since every shell has its own syntax.
            var isCsh = Path.GetFileName(program).EndsWith("csh", StringComparison.Ordinal);
            const string mark = "PATH=";
            var line = ProgramOutput.FindLine(program, (isCsh ? "-ic" : "-ilc") + " /usr/bin/env", text => text.StartsWith(mark, StringComparison.Ordinal), Timeout);
            return line?.Substring(mark.Length);
        }
    }
}
