#nullable enable
using System.Text.RegularExpressions;

namespace LoraBridge.Core.Plan
{
    /// <summary>The sentence that a training learns a character by, with the character's own words put in.</summary>
    public static class PromptTemplate
    {
        /// <summary>Stands for the rare word that is to mean the character.</summary>
        public const string Trigger = "[trigger]";

        /// <summary>Stands for what the character is, such as <c>girl</c>.</summary>
        public const string Class = "[class]";

        /// <summary>The template of new settings.</summary>
        public const string Default = "an illustration of a " + Trigger + " " + Class;

        /// <summary>A template with both words put in; a word that is empty leaves no gap.</summary>
        public static string Fill(string template, string trigger, string @class)
            => Regex.Replace(template.Replace(Trigger, trigger.Trim()).Replace(Class, @class.Trim()), @"\s+", " ").Trim();
    }
}
