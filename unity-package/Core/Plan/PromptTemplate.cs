#nullable enable
using System.Text.RegularExpressions;

namespace LoraBridge.Core.Plan
{
    /// <summary>The prompt that a character is trained with, with placeholders for the character's words.</summary>
    public static class PromptTemplate
    {
        /// <summary>Placeholder for the rare word that identifies the character.</summary>
        public const string Trigger = "[trigger]";

        /// <summary>Placeholder for the class of the character, such as <c>girl</c>.</summary>
        public const string Class = "[class]";

        /// <summary>The template of new settings.</summary>
        public const string Default = "an illustration of a " + Trigger + " " + Class;

        /// <summary>The template with both placeholders filled; an empty word leaves no double space.</summary>
        public static string Fill(string template, string trigger, string @class)
            => Regex.Replace(template.Replace(Trigger, trigger.Trim()).Replace(Class, @class.Trim()), @"\s+", " ").Trim();
    }
}
