#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Daemon
{
    /// <summary>Finds Node and lora-bridge: where the settings say, else on PATH. Nothing is ever downloaded.</summary>
    internal static class ProgramSearch
    {
        static bool IsWindows => RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

        /// <summary>Node's program. Throws <c>resource.node.missing</c>.</summary>
        public static string Node(string? configured, string? path)
        {
            var found = Find(configured, IsWindows ? new[] { "node.exe" } : new[] { "node" }, path);
            return found ?? throw new LoraBridgeException("resource.node.missing",
                string.IsNullOrEmpty(configured) ? "Node.js was not found on PATH." : $"{configured} is not there.",
                "Install Node.js 20.19 or newer from nodejs.org and start Unity again (Unity Hub too, which hands on the PATH that it was "
                + "started with), or give the path of `node` in Project Settings > LoRA Bridge.", configured);
        }

        /// <summary>The program lora-bridge, or its main.js. Throws <c>resource.package.missing</c>.</summary>
        public static string LoraBridge(string? configured, string? path)
        {
            // A working copy or an installed package may be given as a folder.
            var main = string.IsNullOrEmpty(configured) ? "" : Path.Combine(configured, "dist", "cli", "main.js");
            if (File.Exists(main)) return Path.GetFullPath(main);
            var found = Find(configured, IsWindows ? new[] { "lora-bridge.cmd", "lora-bridge.exe" } : new[] { "lora-bridge" }, path);
            if (found != null) return MainBeside(found);
            throw new LoraBridgeException("resource.package.missing",
                string.IsNullOrEmpty(configured) ? "lora-bridge was not found on PATH." : $"{configured} is not there.",
                "Install it with `npm install -g lora-bridge` and start Unity again, or give its path in Project Settings > LoRA Bridge.",
                configured);
        }

        // npm's .cmd only hands on to this script; without it there is no shell between us and the daemon.
        static string MainBeside(string found)
        {
            var main = Path.Combine(Path.GetDirectoryName(found)!, "node_modules", "lora-bridge", "dist", "cli", "main.js");
            return found.EndsWith(".cmd", StringComparison.OrdinalIgnoreCase) && File.Exists(main) ? main : found;
        }

        static string? Find(string? configured, string[] names, string? path)
        {
            if (!string.IsNullOrEmpty(configured)) return File.Exists(configured) ? Path.GetFullPath(configured) : null;
            return Folders(path).SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        }

        static IEnumerable<string> Folders(string? path)
            => (path ?? "").Split(Path.PathSeparator).Select(folder => folder.Trim().Trim('"'))
                .Where(folder => folder.Length > 0 && folder.IndexOfAny(Path.GetInvalidPathChars()) < 0);
    }
}
