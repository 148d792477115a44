using System.Collections.Generic;
using DeclaredUnity;

namespace UnityEditor
{
    public sealed class EditorPrefs
    {
        internal static readonly Dictionary<string, string> Strings = new Dictionary<string, string>();

        public static void SetString(string key, string value)
        {
            Calls.Note("EditorPrefs.SetString");
            Strings[key] = value;
        }

        public static string GetString(string key, string defaultValue) => Strings.TryGetValue(key, out var value) ? value : defaultValue;
    }
}
