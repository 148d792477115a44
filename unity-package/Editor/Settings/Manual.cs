using System;
using System.IO;
using UnityEngine;

namespace LoraBridge.Editor.Settings
{
    /// <summary>Where a person reads on.</summary>
    static class Manual
    {
        /// <summary>What Unity's question marks open, which know no files.</summary>
        public const string Page = "https://www.npmjs.com/package/lora-bridge";

        /// <summary>Opens the manual that came with the package.</summary>
        public static void Open() => Application.OpenURL(new Uri(Path.GetFullPath(Path.Combine(BridgePreferences.PackageFolder(), "Documentation~", "index.md"))).AbsoluteUri);
    }
}
