using System;
using System.IO;
using System.Runtime.CompilerServices;
using UnityEditor;
using PackageInfo = UnityEditor.PackageManager.PackageInfo;

namespace LoraBridge.Editor.Settings
{
    /// <summary>What belongs to this computer and its user, not to a project.</summary>
    public static class BridgePreferences
    {
        const string NodeKey = "LoraBridge.Node", LoraFolderKey = "LoraBridge.LoraFolder";

        /// <summary>Path of Node.js; empty where it is looked for.</summary>
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

        /// <summary>Folder of another program's LoRAs, such as <c>webui/models/Lora</c>; empty until it was chosen.</summary>
        public static string LoraFolder
        {
            get => EditorPrefs.GetString(LoraFolderKey, "");
            set => EditorPrefs.SetString(LoraFolderKey, value.Trim());
        }

        /// <summary>Something was changed.</summary>
        public static event Action Changed;

        /// <summary>The script that starts the daemon: a file of this package, wherever it lies.</summary>
        internal static string StartScript => Path.Combine(PackageFolder(), "Starter~", "start-daemon.cjs");

        // Whoever has copied the package into Assets has no package; then the compiler knows where its sources are.
        internal static string PackageFolder([CallerFilePath] string source = "")
            => PackageInfo.FindForAssembly(typeof(BridgePreferences).Assembly)?.resolvedPath
                ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source), "..", ".."));
    }
}
