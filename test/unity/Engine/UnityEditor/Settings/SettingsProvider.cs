using System;
using System.Collections.Generic;
using DeclaredUnity;
using UnityEngine;
using UnityEngine.UIElements;

namespace UnityEditor
{
    public enum SettingsScope
    {
        User = 0,
        Project = 1,
    }

    public class SettingsProvider
    {
        public SettingsProvider(string path, SettingsScope scopes, IEnumerable<string> keywords = null)
        {
            settingsPath = path;
            scope = scopes;
            this.keywords = keywords;
        }

        public string label { get; set; }
        public string settingsPath { get; }
        public SettingsScope scope { get; }
        public IEnumerable<string> keywords { get; set; }
        public Action<string, VisualElement> activateHandler { get; set; }
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class SettingsProviderAttribute : Attribute
    {
    }

    public static class SettingsService
    {
        internal static string Opened;

        public static EditorWindow OpenProjectSettings(string settingsPath = null)
        {
            Calls.Note("SettingsService.OpenProjectSettings");
            Opened = settingsPath;
            return null;
        }

        public static EditorWindow OpenUserPreferences(string settingsPath = null)
        {
            Calls.Note("SettingsService.OpenUserPreferences");
            Opened = settingsPath;
            return null;
        }
    }

    [AttributeUsage(AttributeTargets.Class)]
    public class FilePathAttribute : Attribute
    {
        public enum Location
        {
            PreferencesFolder,
            ProjectFolder,
        }

        public FilePathAttribute(string relativePath, Location location) {}
    }

    public class ScriptableSingleton<T> : ScriptableObject where T : ScriptableObject
    {
        static T _instance;

        protected ScriptableSingleton() {}

        public static T instance => _instance == null ? _instance = CreateInstance<T>() : _instance;

        protected virtual void Save(bool saveAsText) => Calls.Note("ScriptableSingleton.Save");
    }
}
