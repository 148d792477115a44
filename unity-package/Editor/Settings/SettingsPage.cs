#nullable enable
using System;
using System.Collections.Generic;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Settings
{
    /// <summary><c>Project Settings > LoRA Bridge</c>.</summary>
    static class SettingsPage
    {
        public const string Path = "Project/LoRA Bridge";

        [SettingsProvider]
        internal static SettingsProvider Create() => new SettingsProvider(Path, SettingsScope.Project, new[] { "LoRA", "daemon", "capture", "token" })
        {
            label = Localization.Get(Text.SettingsTitle),
            activateHandler = (_, root) => Fill(root),
        };

        internal static void Fill(VisualElement root)
        {
            var settings = BridgeSettings.instance;
            root.style.paddingLeft = root.style.paddingRight = root.style.paddingTop = 8;
            root.Add(new PathField(Text.Command, Text.CommandHint, settings.Command, value => settings.Command = value, true));
            root.Add(new PathField(Text.Descriptor, Text.DescriptorHint, settings.Descriptor, value => settings.Descriptor = value, false));
            Add(root, Text.Address, Text.AddressHint, settings.Address, value => settings.Address = value, false);
            Add(root, Text.Token, Text.AddressHint, settings.Token, value => settings.Token = value, true);
            // In the order of BridgeLanguage, each in its own language.
            var names = new List<string> { Localization.Get(Text.LanguageAuto), "English", "日本語" };
            var language = new DropdownField(Localization.Get(Text.Language), names, (int)settings.Language);
            language.RegisterValueChangedCallback(change => settings.Language = (BridgeLanguage)names.IndexOf(change.newValue));
            root.Add(language);
        }

        static void Add(VisualElement root, Text label, Text hint, string value, Action<string> set, bool isSecret)
        {
            var field = new TextField(Localization.Get(label))
            {
                value = value,
                tooltip = Localization.Get(hint),
                // Applied on Enter or when the field loses focus: a half-typed address is invalid.
                isDelayed = true,
                isPasswordField = isSecret,
            };
            field.RegisterValueChangedCallback(change => set(change.newValue));
            root.Add(field);
        }
    }
}
