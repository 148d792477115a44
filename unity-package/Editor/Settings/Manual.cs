#nullable enable
using System;
using System.IO;
using UnityEngine;

namespace LoraBridge.Editor.Settings
{
    /// <summary>Where the documentation is.</summary>
    static class Manual
    {
        /// <summary>The page that Unity's help buttons open; they accept web addresses only.</summary>
        public const string Page = "https://www.npmjs.com/package/lora-bridge";

        /// <summary>Opens the manual that came with the package.</summary>
        public static void Open() => Application.OpenURL(new Uri(Path.GetFullPath(Path.Combine(BridgePreferences.PackageFolder(), "Documentation~", "index.md"))).AbsoluteUri);
    }
}
