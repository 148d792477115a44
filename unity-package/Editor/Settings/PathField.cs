#nullable enable
using System;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Settings
{
    /// <summary>A path that can be typed, or chosen in a dialog.</summary>
    sealed class PathField : VisualElement
    {
        public PathField(Text label, Text hint, string value, Action<string> set, bool mayBeFolder)
        {
            style.flexDirection = FlexDirection.Row;
            var field = new TextField(Localization.Get(label))
            {
                value = value,
                tooltip = Localization.Get(hint),
                // Applied on Enter or when the field loses focus: a half-typed path is invalid.
                isDelayed = true,
            };
            field.style.flexGrow = 1;
            field.RegisterValueChangedCallback(change => set(change.newValue));
            Add(field);
            void Offer(Text text, Func<string> ask) => Add(new Button(() =>
            {
                var chosen = ask();
                if (chosen.Length > 0) field.value = chosen;
            }) { text = Localization.Get(text) });
            Offer(Text.ChooseFile, () => EditorUtility.OpenFilePanel(Localization.Get(label), "", ""));
            if (mayBeFolder) Offer(Text.ChooseFolder, () => EditorUtility.OpenFolderPanel(Localization.Get(label), "", ""));
        }
    }
}
