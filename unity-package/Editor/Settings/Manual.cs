#nullable enable
using System;
using System.IO;
using UnityEngine;

namespace LoraBridge.Editor.Settings
{
    /// <summary>Where the documentation is.</summary>
    static class Manual
    {
        /// <summary>The page that Unity's help buttons open; they accept web addresses only. The same as <c>documentationUrl</c> in package.json.</summary>
        public const string Page = "https://github.com/unity-lora-bridge/unity-lora-bridge/blob/main/unity-package/Documentation~/index.md";

        /// <summary>Opens the manual that came with the package.</summary>
        public static void Open() => Application.OpenURL(new Uri(Path.GetFullPath(Path.Combine(BridgePreferences.PackageFolder(), "Documentation~", "index.md"))).AbsoluteUri);
    }
}
