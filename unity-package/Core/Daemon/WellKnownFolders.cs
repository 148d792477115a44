#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace LoraBridge.Core.Daemon
{
    /// <summary>Folders where Node's installers and version managers, and npm itself, put programs.</summary>
    internal static class WellKnownFolders
    {
        /// <summary>
        /// The folders of a platform, the likeliest first. A <c>*</c> is a placeholder for versions: see <see cref="Expand"/>.
        /// </summary>
        public static IReadOnlyList<string> Of(OSPlatform platform, Func<string, string?> environment, string user)
        {
            string Home(string variable, params string[] usual)
                => environment(variable) is string value && value != "" ? value : usual.Aggregate(user, Path.Combine);
            return platform == OSPlatform.Windows ? Windows(environment, Home).ToList()
                : Unix(platform == OSPlatform.OSX, user, Home).ToList();
        }

        // The folder that a variable names, else the usual one below the user's.
        delegate string HomeOf(string variable, params string[] usual);

        static IEnumerable<string> Windows(Func<string, string?> environment, HomeOf home)
        {
            var (roaming, local) = (home("APPDATA", "AppData", "Roaming"), home("LOCALAPPDATA", "AppData", "Local"));
            // nodejs.org and Chocolatey; npm's own programs.
            foreach (var variable in new[] { "ProgramFiles", "ProgramW6432" })
                if (environment(variable) is string programs && programs != "") yield return Path.Combine(programs, "nodejs");
            yield return Path.Combine(roaming, "npm");
            // nvm-windows: the version in use, then all.
            if (environment("NVM_SYMLINK") is string link && link != "") yield return link;
            yield return Path.Combine("C:\\", "nvm4w", "nodejs");
            yield return Path.Combine(environment("NVM_HOME") ?? Path.Combine(roaming, "nvm"), "v*");
            yield return Path.Combine(local, "nvm", "v*");
            yield return Path.Combine(environment("FNM_DIR") ?? Path.Combine(roaming, "fnm"), "aliases", "default");
            yield return Path.Combine(environment("FNM_DIR") ?? Path.Combine(roaming, "fnm"), "node-versions", "v*", "installation");
            yield return Path.Combine(environment("VOLTA_HOME") ?? Path.Combine(local, "Volta"), "bin");
            var scoop = home("SCOOP", "scoop");
            yield return Path.Combine(scoop, "apps", "nodejs", "current");
            yield return Path.Combine(scoop, "apps", "nodejs-lts", "current");
            yield return Path.Combine(scoop, "persist", "nodejs", "bin");
            yield return Path.Combine(scoop, "persist", "nodejs-lts", "bin");
            yield return Path.Combine(scoop, "shims");
            yield return home("PNPM_HOME", "AppData", "Local", "pnpm");
        }

        static IEnumerable<string> Unix(bool isMac, string user, HomeOf home)
        {
            if (isMac)
            {
                // Homebrew on Apple's and Intel's processors, its versions that are not linked; nodejs.org is in /usr/local/bin.
                yield return "/opt/homebrew/bin";
                yield return "/usr/local/bin";
                yield return "/opt/homebrew/opt/node@*/bin";
                yield return "/usr/local/opt/node@*/bin";
                yield return "/opt/local/bin";
            }
            else
            {
                yield return "/usr/local/bin";
                yield return "/usr/bin";
                yield return "/snap/bin";
                yield return "/home/linuxbrew/.linuxbrew/bin";
            }
            var data = home("XDG_DATA_HOME", ".local", "share");
            yield return Path.Combine(home("NVM_DIR", ".nvm"), "versions", "node", "v*", "bin");
            foreach (var fnm in new[] { home("FNM_DIR", ".fnm"), Path.Combine(data, "fnm"), Path.Combine(user, "Library", "Application Support", "fnm") })
            {
                yield return Path.Combine(fnm, "aliases", "default", "bin");
                yield return Path.Combine(fnm, "node-versions", "v*", "installation", "bin");
            }
            yield return Path.Combine(home("VOLTA_HOME", ".volta"), "bin");
            yield return Path.Combine(home("ASDF_DATA_DIR", ".asdf"), "installs", "nodejs", "*", "bin");
            yield return Path.Combine(data, "mise", "installs", "node", "*", "bin");
            yield return Path.Combine(home("N_PREFIX", "n"), "bin");
            yield return Path.Combine(user, ".npm-global", "bin");
            yield return Path.Combine(user, ".local", "bin");
            yield return home("PNPM_HOME", isMac ? new[] { "Library", "pnpm" } : new[] { ".local", "share", "pnpm" });
        }

        /// <summary>The existing folders that match a path with a <c>*</c> in one part, newest version first.</summary>
        public static IEnumerable<string> Expand(string folder)
        {
            var star = folder.IndexOf('*');
            if (star < 0) return new[] { folder };
            var begin = folder.LastIndexOfAny(Separators, star) + 1;
            var end = folder.IndexOfAny(Separators, star);
            var pattern = end < 0 ? folder.Substring(begin) : folder.Substring(begin, end - begin);
            var rest = end < 0 ? "" : folder.Substring(end + 1);
            try
            {
                return Directory.GetDirectories(folder.Substring(0, begin), pattern)
                    .OrderByDescending(found => VersionOf(Path.GetFileName(found))).Select(found => Path.Combine(found, rest)).ToList();
            }
            catch (Exception error) when (error is IOException || error is UnauthorizedAccessException)
            {
                return Array.Empty<string>();
            }
        }

        static char[] Separators => new[] { Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar };

        /// <summary>The version in a text such as <c>v22.3.0</c> or <c>node@22</c>; 0.0.0 where there is none.</summary>
        public static Version VersionOf(string text)
        {
            var parts = Regex.Match(text, @"(\d{1,8})(?:\.(\d{1,8}))?(?:\.(\d{1,8}))?");
            int Part(int index) => parts.Groups[index].Success ? int.Parse(parts.Groups[index].Value) : 0;
            return new Version(Part(1), Part(2), Part(3));
        }
    }
}
