#nullable enable
using System;
using System.IO;
using System.Runtime.CompilerServices;
using UnityEditor;
using PackageInfo = UnityEditor.PackageManager.PackageInfo;

namespace LoraBridge.Editor.Settings
{
    /// <summary>Settings of this computer and user, for all projects.</summary>
    public static class BridgePreferences
    {
        const string NodeKey = "LoraBridge.Node", LoraFolderKey = "LoraBridge.LoraFolder";

        /// <summary>Path of Node.js; empty to detect it.</summary>
        public static string Node
        {
            get => EditorPrefs.GetString(NodeKey, "");
            set
            {
                if (Node == value.Trim()) return;
                EditorPrefs.SetString(NodeKey, value.Trim());
                Changed?.Invoke();
            }
        }

        /// <summary>LoRA folder of another program, such as <c>webui/models/Lora</c>; empty until chosen.</summary>
        public static string LoraFolder
        {
            get => EditorPrefs.GetString(LoraFolderKey, "");
            set => EditorPrefs.SetString(LoraFolderKey, value.Trim());
        }

        /// <summary>Something was changed.</summary>
        public static event Action? Changed;

        /// <summary>The package's script that starts the daemon.</summary>
        internal static string StartScript => Path.Combine(PackageFolder(), "Starter~", "start-daemon.cjs");

        // Sources copied into Assets do not form a package; the compiler knows their path.
        internal static string PackageFolder([CallerFilePath] string source = "")
            => PackageInfo.FindForAssembly(typeof(BridgePreferences).Assembly)?.resolvedPath
                ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source), "..", ".."));
    }
}
