#nullable enable
using System.Text;
using System.Text.RegularExpressions;

namespace LoraBridge.Core.Capture
{
    /// <summary>Names of characters that the protocol accepts: they may become folder names on any system.</summary>
    public static class CharacterName
    {
        const int MaxLength = 100;

        /// <summary>Windows has no files of these names, whatever their case and extension: it opens devices instead.</summary>
        static readonly Regex WindowsDevice = new(
            @"^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=\s*(\.|$))",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

        /// <summary>The nearest allowed name: <c>Mina: battle/dress.</c> becomes <c>Mina- battle-dress</c>.</summary>
        public static string Of(string text)
        {
            var name = new StringBuilder();
            foreach (var letter in text)
                name.Append(char.IsControl(letter) || "/\\:*?\"<>|".IndexOf(letter) >= 0 ? '-' : letter);
            if (name.Length > MaxLength) name.Length = MaxLength;
            if (name.Length > 0 && char.IsHighSurrogate(name[name.Length - 1])) name.Length--;
            var trimmed = name.ToString().Trim().Trim('.', ' ', '\u3000');
            return trimmed.Length > 0 ? WindowsDevice.Replace(trimmed, "$1-") : "character";
        }
    }
}
