#nullable enable
using System;
using System.IO;

namespace LoraBridge.Core.Daemon
{
    /// <summary>
    /// What the user's terminal knows and an editor that was started from Hub, Finder or a desktop does not: the PATH that the shell's
    /// own files make.
    /// </summary>
    internal static class LoginShell
    {
        static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

        /// <summary>The shell's PATH, or null. It may take a second: version managers are slow to start.</summary>
        public static string? SearchPath(string? shell, string defaultShell)
        {
            var program = shell is string known && known != "" ? known : defaultShell;
            if (!File.Exists(program)) return null;
            // csh takes -l only alone. A program of its own prints it, since every shell has another syntax for it.
            var isCsh = Path.GetFileName(program).EndsWith("csh", StringComparison.Ordinal);
            const string mark = "PATH=";
            var line = ProgramOutput.FindLine(program, (isCsh ? "-ic" : "-ilc") + " /usr/bin/env", text => text.StartsWith(mark, StringComparison.Ordinal), _timeout);
            return line?.Substring(mark.Length);
        }
    }
}
