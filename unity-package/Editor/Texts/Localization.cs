#nullable enable
using System.Globalization;
using LoraBridge.Editor.Settings;
using UnityEngine;

namespace LoraBridge.Editor.Texts
{
    /// <summary>Language of the texts in the editor.</summary>
    public enum BridgeLanguage
    {
        /// <summary>The editor's own.</summary>
        Auto,
        /// <summary>English.</summary>
        English,
        /// <summary>Japanese.</summary>
        Japanese,
    }

    /// <summary>Texts in the language chosen in the settings, else the editor's.</summary>
    public static class Localization
    {
        /// <summary>A text with its placeholders filled.</summary>
        public static string Get(Text text, params object[] values)
        {
            var (english, japanese) = TextTable.Rows[text];
            return string.Format(CultureInfo.InvariantCulture, IsJapanese ? japanese : english, values);
        }

        static bool IsJapanese => BridgeSettings.instance.Language switch
        {
            BridgeLanguage.English => false,
            BridgeLanguage.Japanese => true,
            _ => EditorLanguage.Current == SystemLanguage.Japanese,
        };
    }
}
