#nullable enable
using System;
using System.Linq;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Preflight;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEditor.UIElements;
using UnityEngine;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>The field for the character, a preview of its framing, and findings of the project check.</summary>
    sealed class CharacterPanel : Panel, IDisposable
    {
        readonly BridgeWindow _window;
        readonly ObjectField _field;
        readonly HelpBox _hint;
        readonly Image _picture;
        readonly VisualElement _findings;
        readonly FramingPreview _preview;
        GameObject? _checked;
        MattingMode _checkedFor;

        public CharacterPanel(BridgeWindow window) : base(Text.Character)
        {
            _window = window;
            Add(_field = new ObjectField { objectType = typeof(GameObject), allowSceneObjects = true, value = window.Character });
            _field.RegisterValueChangedCallback(change => window.Character = (GameObject)change.newValue);
            Add(_hint = new HelpBox(Localization.Get(Text.CharacterHint), HelpBoxMessageType.Info));
            Add(_picture = new Image { scaleMode = ScaleMode.ScaleToFit, tooltip = Localization.Get(Text.FramingPreview) });
            _picture.style.height = 200;
            Add(_findings = new VisualElement());
            RegisterCallback<DragUpdatedEvent>(_ =>
            {
                if (Dragged != null) DragAndDrop.visualMode = DragAndDropVisualMode.Copy;
            });
            RegisterCallback<DragPerformEvent>(_ =>
            {
                if (!(Dragged is GameObject character)) return;
                DragAndDrop.AcceptDrag();
                window.Character = character;
            });
            _preview = new FramingPreview(texture => _picture.image = texture);
        }

        // A dragged component represents its GameObject.
        static GameObject? Dragged => DragAndDrop.objectReferences
            .Select(dragged => dragged is Component component ? component.gameObject : dragged as GameObject).FirstOrDefault(dragged => dragged != null);

        public void Refresh()
        {
            var character = _window.Character;
            if (_field.value != character) _field.SetValueWithoutNotify(character);
            Show(_hint, character == null);
            Show(_picture, character != null);
            _preview.Show(character, _window.Plan);
            var matting = _window.Plan.Matting;
            if (_findings.childCount > 0 && _checked == character && _checkedFor == matting) return;
            _checked = character;
            _checkedFor = matting;
            ShowFindings();
        }

        void ShowFindings()
        {
            _findings.Clear();
            foreach (var finding in ProjectCheck.Run(_checked, _checkedFor))
            {
                var box = new HelpBox
                  (finding.Message, finding.Severity == Severity.Error ? HelpBoxMessageType.Error : HelpBoxMessageType.Warning);
                if (finding.Fix != null)
                    box.Add(new Button(() =>
                    {
                        finding.Fix();
                        ShowFindings();
                    }) { text = Localization.Get(Text.Fix) });
                _findings.Add(box);
            }
        }

        public void Dispose() => _preview.Dispose();
    }
}
