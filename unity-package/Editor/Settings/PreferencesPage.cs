#nullable enable
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Settings
{
    /// <summary><c>Preferences > LoRA Bridge</c>.</summary>
    static class PreferencesPage
    {
        public const string Path = "Preferences/LoRA Bridge";

        [SettingsProvider]
        internal static SettingsProvider Create() => new SettingsProvider(Path, SettingsScope.User, new[] { "LoRA", "Node.js", "daemon" })
        {
            label = Localization.Get(Text.SettingsTitle),
            activateHandler = (_, root) => Fill(root),
        };

        static void Fill(VisualElement root)
        {
            root.style.paddingLeft = root.style.paddingRight = root.style.paddingTop = 8;
            root.Add(new PathField(Text.Node, Text.NodeHint, BridgePreferences.Node, value => BridgePreferences.Node = value, false));
            root.Add(new PathField
              (Text.LoraFolder, Text.LoraFolderHint, BridgePreferences.LoraFolder, value => BridgePreferences.LoraFolder = value, true));
        }
    }
}
