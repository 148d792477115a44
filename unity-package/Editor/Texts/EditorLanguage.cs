#nullable enable
using System;
using System.Linq;
using System.Reflection;
using UnityEngine;

namespace LoraBridge.Editor.Texts
{
    /// <summary>The language of the editor's own texts.</summary>
    static class EditorLanguage
    {
        // The class is internal in every version of Unity, and its module varies.
        static readonly PropertyInfo? Property = Find("UnityEditor.LocalizationDatabase", "currentEditorLanguage");

        /// <summary>The language in the editor's preferences, or the operating system's if the editor does not provide it.</summary>
        public static SystemLanguage Current => Read(Property);

        /// <summary>The value of a static property, or the operating system's language if there is no such property.</summary>
        internal static SystemLanguage Read(PropertyInfo? property)
          => property?.GetValue(null) is SystemLanguage language ? language : Application.systemLanguage;

        /// <summary>A static property of a type in any assembly that is loaded, or null.</summary>
        internal static PropertyInfo? Find(string type, string property)
          => AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(type)).FirstOrDefault(found => found != null)
              ?.GetProperty(property, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic);
    }
}
