#nullable enable
using System;
using LoraBridge.Core.Daemon;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Texts;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>A line of the checklist: the state of one requirement, and a button if it is missing.</summary>
    sealed class SetupRow : VisualElement
    {
        readonly Text _title;
        readonly Label _label;
        readonly VisualElement _buttons;
        string? _shownFor;

        public SetupRow(string name, Text title)
        {
            this.name = name;
            _title = title;
            Add(_label = new Label());
            _label.style.whiteSpace = WhiteSpace.Normal;
            Add(_buttons = new VisualElement());
            _buttons.style.flexDirection = FlexDirection.Row;
        }

        public void ShowFine(string what) => Show("✓", what, null);

        public void ShowOpen(string what) => Show("…", what, null);

        /// <summary>Shows an error, with a button for its first action or the given one.</summary>
        public void ShowError(LoraBridgeException fault, (string name, Text text, Action click)? other = null)
          => Show("✗", $"{fault.Message} {fault.Hint}".Trim(), () => other is var (name, text, click)
                ? new Button(click) { name = name, text = Localization.Get(text) }
                : ErrorBox.ButtonFor(ErrorActions.For(fault)[0], fault));

        void Show(string mark, string what, Func<Button>? makeButton)
        {
            _label.text = $"{mark} {Localization.Get(_title)}{(what.Length > 0 ? ": " + what : "")}";
            // A button must not be replaced under the mouse.
            if (_shownFor == _label.text) return;
            _shownFor = _label.text;
            _buttons.Clear();
            if (makeButton != null) _buttons.Add(makeButton());
        }
    }
}
