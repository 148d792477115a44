using System.Collections.Generic;

namespace UnityEditor
{
    public class SessionState
    {
        /// <summary>Outlives a domain reload: whoever plays the editor takes it from one domain to the next.</summary>
        internal static readonly Dictionary<string, string> Strings = new Dictionary<string, string>();

        public static string GetString(string key, string defaultValue) => Strings.TryGetValue(key, out var value) ? value : defaultValue;
        public static void SetString(string key, string value) => Strings[key] = value;
        public static void EraseString(string key) => Strings.Remove(key);
    }
}
