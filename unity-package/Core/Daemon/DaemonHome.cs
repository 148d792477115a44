#nullable enable
using System;
using System.IO;
using System.Runtime.InteropServices;

namespace LoraBridge.Core.Daemon
{
    /// <summary>The daemon's data folder: by the same rules as the daemon's own.</summary>
    public static class DaemonHome
    {
        /// <summary>The folder that the environment asks for, else the platform's place for a program's state.</summary>
        public static string Folder => FolderFor(Environment.GetEnvironmentVariable, Platform(), UserFolder());

        /// <summary>The file by which clients find the daemon.</summary>
        public static string DescriptorFile => Path.Combine(Folder, "daemon.json");

        internal static string FolderFor(Func<string, string?> environment, OSPlatform platform, string user)
        {
            var asked = environment("LORA_BRIDGE_HOME");
            if (!string.IsNullOrEmpty(asked)) return Path.GetFullPath(asked);
            if (platform == OSPlatform.Windows)
                return Path.Combine(environment("LOCALAPPDATA") ?? Path.Combine(user, "AppData", "Local"), "lora-bridge");
            if (platform == OSPlatform.OSX) return Path.Combine(user, "Library", "Application Support", "lora-bridge");
            // The XDG specification says that a relative path is to be ignored.
            var state = environment("XDG_STATE_HOME");
            return Path.Combine(state != null && state.StartsWith("/", StringComparison.Ordinal) ? state : Path.Combine(user, ".local", "state"), "lora-bridge");
        }

        internal static OSPlatform Platform()
        {
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows)) return OSPlatform.Windows;
            return RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? OSPlatform.OSX : OSPlatform.Linux;
        }

        internal static string UserFolder() => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
    }
}
