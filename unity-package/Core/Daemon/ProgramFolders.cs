#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace LoraBridge.Core.Daemon
{
    /// <summary>
    /// The folders to search for programs, each determined only when those before had no match: this process's PATH; on
    /// Windows the current PATH of the user and the machine from the registry, since Hub passes on the one that it was started with;
    /// the <see cref="WellKnownFolders"/>; on macOS and Linux finally the login shell's PATH.
    /// </summary>
    internal static class ProgramFolders
    {
        /// <summary>This machine's.</summary>
        public static IEnumerable<string> OfThisMachine()
        {
            var seen = new HashSet<string>();
            foreach (var path in Paths())
                foreach (var folder in path())
                    if (seen.Add(folder)) yield return folder;
        }

        static IEnumerable<Func<IEnumerable<string>>> Paths()
        {
            var platform = DaemonHome.Platform();
            yield return () => Split(Environment.GetEnvironmentVariable("PATH"));
            if (platform == OSPlatform.Windows)
            {
                yield return () => Split(Environment.GetEnvironmentVariable("PATH", EnvironmentVariableTarget.User));
                yield return () => Split(Environment.GetEnvironmentVariable("PATH", EnvironmentVariableTarget.Machine));
            }
            yield return () => WellKnownFolders.Of(platform, Environment.GetEnvironmentVariable, DaemonHome.UserFolder()).SelectMany(WellKnownFolders.Expand);
            if (platform != OSPlatform.Windows)
                yield return () => Split(LoginShell.SearchPath(Environment.GetEnvironmentVariable("SHELL"),
                    platform == OSPlatform.OSX ? "/bin/zsh" : "/bin/bash"));
        }

        /// <summary>The folders of a PATH.</summary>
        public static IEnumerable<string> Split(string? path)
            // The registry's may contain variables that are not expanded yet.
            => Environment.ExpandEnvironmentVariables(path ?? "").Split(Path.PathSeparator).Select(folder => folder.Trim().Trim('"'))
                .Where(folder => folder.Length > 0 && folder.IndexOfAny(Path.GetInvalidPathChars()) < 0);
    }
}
