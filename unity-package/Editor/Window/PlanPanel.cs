#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Editor.Plans;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEditor.UIElements;
using UnityEngine;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>The preset or asset, the size of the plan, and its inspector.</summary>
    sealed class PlanPanel : Panel, IDisposable
    {
        // In the order of PlanPreset.
        static readonly Text[] Presets =
        {
            Text.PresetDefault, Text.PresetAround, Text.PresetTurntable, Text.PresetFaces, Text.PresetEverything,
        };

        readonly BridgeWindow _window;
        readonly List<string> _names;
        readonly DropdownField _preset;
        readonly ObjectField _asset;
        readonly HelpBox _size;
        readonly Button _edit, _save;
        readonly VisualElement _inspector;
        CapturePlanAsset? _inspected;
        SerializedObject? _serialized;

        public PlanPanel(BridgeWindow window) : base(Text.Plan)
        {
            _window = window;
            _names = Presets.Select(preset => Localization.Get(preset)).ToList();
            Add(_preset = new DropdownField(Localization.Get(Text.PlanPreset), _names, (int)window.Plan.Preset) { name = "preset" });
            _preset.RegisterValueChangedCallback(change => Choose(null, (PlanPreset)_names.IndexOf(change.newValue)));
            Add(_asset = new ObjectField(Localization.Get(Text.PlanAsset)) { objectType = typeof(CapturePlanAsset) });
            _asset.RegisterValueChangedCallback(change => Choose((CapturePlanAsset)change.newValue, window.Plan.Preset));
            _preset.tooltip = Localization.Get(Text.PlanPresetHint);
            _asset.tooltip = Localization.Get(Text.PlanAssetHint);
            Add(_size = new HelpBox("", HelpBoxMessageType.None));
            Add(_edit = new Button(Edit) { text = Localization.Get(Text.PlanEdit) });
            Add(_save = new Button(Save) { text = Localization.Get(Text.PlanSave) });
            Add(_inspector = new VisualElement());
        }

        void Choose(CapturePlanAsset? asset, PlanPreset preset)
        {
            Undo.RecordObject(_window, Localization.Get(Text.Plan));
            if (asset != _window.Plan.Asset && _window.Plan.Draft is CapturePlanAsset draft)
            {
                Undo.DestroyObjectImmediate(draft);
                PlanDraft.Clear();
            }
            _window.Plan.Asset = asset;
            _window.Plan.Preset = preset;
            _window.Refresh();
        }

        /// <summary>Turns the preset into an editable draft.</summary>
        void Edit()
        {
            var character = _window.Character;
            if (character == null) return;
            var draft = PlanDraft.Make(_window.Plan.PlanFor(character), AnimationUtility.GetAnimationClips(character));
            Undo.RegisterCreatedObjectUndo(draft, Localization.Get(Text.PlanEdit));
            PlanDraft.Save(draft);
            Choose(draft, _window.Plan.Preset);
        }

        void Save()
        {
            var path = EditorUtility.SaveFilePanelInProject(Localization.Get(Text.PlanSave), "Capture Plan", "asset", "");
            if (path.Length == 0 || !(_window.Plan.Draft is CapturePlanAsset draft)) return;
            draft.hideFlags = HideFlags.None;
            AssetDatabase.CreateAsset(draft, path);
            PlanDraft.Clear();
            _window.Refresh();
        }

        public void Refresh()
        {
            var choice = _window.Plan;
            _preset.SetValueWithoutNotify(_names[(int)choice.Preset]);
            _asset.SetValueWithoutNotify(choice.Asset);
            var character = _window.Character;
            Show(_edit, choice.Asset == null && character != null);
            Show(_save, choice.Draft != null);
            _size.text = character == null ? "" : Describe(character);
            Show(_size, character != null);
            if (_inspected == choice.Asset) return;
            _inspected = choice.Asset;
            _inspector.Clear();
            _serialized?.Dispose();
            _serialized = null;
            if (_inspected == null) return;
            _inspector.Add(new InspectorElement(_inspected));
            // The inspector changes the plan without an event.
            _serialized = new SerializedObject(_inspected);
            _inspector.TrackSerializedObjectValue(_serialized, _ =>
            {
                if (_window.Plan.Draft is CapturePlanAsset draft) PlanDraft.Save(draft);
                _window.Refresh();
            });
        }

        string Describe(GameObject character)
        {
            try
            {
                return _window.Plan.Describe(character);
            }
            catch (CaptureException error)
            {
                return $"{error.Message} {error.Hint}";
            }
        }

        public void Dispose() => _serialized?.Dispose();
    }
}
