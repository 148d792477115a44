#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Daemon
{
    /// <summary>Finds Node and lora-bridge: at the configured path, else in a list of folders. Nothing is ever downloaded.</summary>
    internal static class ProgramSearch
    {
        /// <summary>The oldest Node that lora-bridge runs on.</summary>
        internal static readonly Version MinimumNode = new Version(20, 19, 0);

        static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

        static bool IsWindows => RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

        /// <summary>Node's program and version: the first that is new enough. Throws <c>resource.node.missing</c>. Waits.</summary>
        public static (string program, Version version) Node(string? configured, IEnumerable<string> folders)
        {
            var rejected = new List<string>();
            foreach (var program in Candidates(configured, IsWindows ? new[] { "node.exe" } : new[] { "node" }, folders))
            {
                var answer = ProgramOutput.FindLine(program, "--version", line => line.StartsWith("v", StringComparison.Ordinal), Timeout);
                var version = WellKnownFolders.VersionOf(answer ?? "");
                if (version >= MinimumNode) return (program, version);
                rejected.Add(answer == null ? $"{program} does not run" : $"{program} is {answer}");
            }
            var what = rejected.Count > 0 ? "No sufficiently new Node.js was found: " + string.Join(", ", rejected.Take(3)) + "."
                : string.IsNullOrEmpty(configured) ? "Node.js was found neither on PATH nor in the usual install folders."
                : $"{configured} does not exist.";
            throw new LoraBridgeException("resource.node.missing", what,
                $"Install Node.js {MinimumNode.ToString(2)} or newer from nodejs.org, or choose its executable in Preferences > LoRA Bridge.", configured);
        }

        /// <summary>The main.js of lora-bridge, or its launcher if that leads to none. Throws <c>resource.package.missing</c>.</summary>
        public static string LoraBridge(string? configured, IEnumerable<string> folders)
        {
            // A working copy or an installed package may be given as a folder.
            if (!string.IsNullOrEmpty(configured) && Directory.Exists(configured))
            {
                var found = new[] { "", "node_modules/lora-bridge", "lib/node_modules/lora-bridge" }
                    .Select(inside => Path.Combine(configured, inside, "dist", "cli", "main.js")).FirstOrDefault(File.Exists);
                return found != null ? Path.GetFullPath(found) : throw Missing($"{configured} contains no built lora-bridge.", configured);
            }
            var names = IsWindows ? new[] { "lora-bridge.cmd", "lora-bridge.exe" } : new[] { "lora-bridge" };
            if (configured != null && configured.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) && File.Exists(configured))
                throw new LoraBridgeException("resource.package.missing", $"{configured} is a package archive: it has to be installed first.",
                    $"Run `npm install -g \"{configured}\"` in a terminal, and clear the path in Project Settings > LoRA Bridge.", configured);
            var program = Candidates(configured, names, folders).FirstOrDefault();
            if (program != null) return LauncherScript.Find(program) ?? program;
            throw Missing(string.IsNullOrEmpty(configured) ? "lora-bridge was found neither on PATH nor in npm's global folders." : $"{configured} does not exist.", configured);
        }

        static LoraBridgeException Missing(string what, string? configured)
            => new LoraBridgeException("resource.package.missing", what,
                "Install it with `npm install -g lora-bridge`, or from a package archive (`npm install -g lora-bridge-VERSION.tgz`), or choose the "
                + "folder of a working copy in Project Settings > LoRA Bridge.", configured);

        static IEnumerable<string> Candidates(string? configured, string[] names, IEnumerable<string> folders)
            => !string.IsNullOrEmpty(configured) ? new[] { configured }.Where(File.Exists).Select(Path.GetFullPath)
                : folders.SelectMany(folder => names.Select(name => Path.Combine(folder, name))).Where(File.Exists);
    }
}
