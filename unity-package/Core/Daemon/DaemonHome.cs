#nullable enable
using System;
using System.IO;
using System.Runtime.InteropServices;

namespace LoraBridge.Core.Daemon
{
    /// <summary>The daemon's data folder, by the same rules that the daemon follows.</summary>
    public static class DaemonHome
    {
        /// <summary>The folder named by <c>LORA_BRIDGE_HOME</c>, else the platform's folder for application state.</summary>
        public static string Folder => FolderFor(Environment.GetEnvironmentVariable, Platform(), UserFolder());

        /// <summary>The file by which clients find the daemon.</summary>
        public static string DescriptorFile => Path.Combine(Folder, "daemon.json");

        internal static string FolderFor(Func<string, string?> environment, OSPlatform platform, string user)
        {
            var configured = environment("LORA_BRIDGE_HOME");
            if (!string.IsNullOrEmpty(configured)) return Path.GetFullPath(configured);
            if (platform == OSPlatform.Windows)
                return Path.Combine(environment("LOCALAPPDATA") ?? Path.Combine(user, "AppData", "Local"), "lora-bridge");
            if (platform == OSPlatform.OSX) return Path.Combine(user, "Library", "Application Support", "lora-bridge");
            // The XDG specification requires relative paths to be ignored.
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
