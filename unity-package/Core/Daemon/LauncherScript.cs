#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace LoraBridge.Core.Daemon
{
    /// <summary>
    /// Finds the JavaScript file that a launcher on PATH runs. On Windows package managers write a <c>.cmd</c> file, whose shell would open a
    /// console window and hide the process id of the daemon; Volta's launchers know the program only by their own name.
    /// </summary>
    internal static class LauncherScript
    {
        // Yarn's launcher runs another in its global folder, and Scoop's runs that of the tool.
        const int MaxDepth = 4;
        const int MaxBytes = 64 << 10;

        static readonly string[] ScriptExtensions = { ".js", ".cjs", ".mjs" };
        static readonly string[] BatchExtensions = { ".cmd", ".bat" };

        /// <summary>The script that a launcher runs; null if it is none, or runs no script that exists.</summary>
        public static string? Find(string launcher) => Find(launcher, MaxDepth);

        static string? Find(string launcher, int depth)
        {
            if (depth == 0) return null;
            if (InVolta(launcher) is string installed) return installed;
            var targets = Targets(launcher);
            return targets.FirstOrDefault(target => HasExtension(target, ScriptExtensions))
                ?? targets.Where(target => HasExtension(target, BatchExtensions)).Select(target => Find(target, depth - 1)).FirstOrDefault(script => script != null);
        }

        // VOLTA_HOME/bin/NAME runs VOLTA_HOME/tools/image/packages/NAME, which has npm's layout of the platform.
        static string? InVolta(string launcher)
        {
            var home = Path.GetDirectoryName(Path.GetDirectoryName(launcher)!);
            if (home == null) return null;
            var package = Path.Combine(home, "tools", "image", "packages", "lora-bridge");
            return new[] { "node_modules", Path.Combine("lib", "node_modules") }
                .Select(modules => Path.Combine(package, modules, "lora-bridge", "dist", "cli", "main.js")).FirstOrDefault(File.Exists);
        }

        /// <summary>Existing files that a launcher names: in quotes in a batch file (npm, pnpm, Yarn, Scoop), or in the file next to Scoop's .exe.</summary>
        static IReadOnlyList<string> Targets(string launcher)
        {
            var (file, pattern) = HasExtension(launcher, BatchExtensions) ? (launcher, "\"([^\"\r\n]+)\"")
                : (Path.ChangeExtension(launcher, ".shim"), @"^\s*path\s*=\s*""?([^""\r\n]+?)""?\s*$");
            return Regex.Matches(Read(file), pattern, RegexOptions.Multiline).Cast<Match>()
                .Select(match => Expand(match.Groups[1].Value, launcher)).Where(File.Exists).Select(Path.GetFullPath).Distinct().ToList();
        }

        // %~dp0 is the batch file's own folder with a separator at its end; npm first assigns it to dp0.
        static string Expand(string path, string launcher)
        {
            var own = Path.GetDirectoryName(launcher) + Path.DirectorySeparatorChar;
            var expanded = Environment.ExpandEnvironmentVariables(path.Replace("%~dp0", own).Replace("%dp0%", own));
            return expanded.Replace('\\', Path.DirectorySeparatorChar);
        }

        static bool HasExtension(string path, string[] extensions) => extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

        static string Read(string file)
        {
            try
            {
                var info = new FileInfo(file);
                return info.Exists && info.Length <= MaxBytes ? File.ReadAllText(file) : "";
            }
            catch (Exception error) when (error is IOException || error is UnauthorizedAccessException)
            {
                return "";
            }
        }
    }
}
