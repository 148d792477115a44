#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Texts;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>A list of the daemon's base models, and the requirements of the chosen one.</summary>
    sealed class ModelChooser : VisualElement
    {
        readonly DropdownField _field;
        readonly Label _needs;
        IReadOnlyList<ModelDescription> _offered = new ModelDescription[0];

        public ModelChooser()
        {
            Add(_field = new DropdownField(Localization.Get(Text.KnownModels), new List<string> { "" }, 0)
            {
                name = "known-models", tooltip = Localization.Get(Text.KnownModelsHint),
            });
            _field.RegisterValueChangedCallback(change => Choose(change.newValue));
            Add(_needs = new Label { name = "model-needs" });
            _needs.style.whiteSpace = WhiteSpace.Normal;
        }

        void Choose(string shown)
        {
            var chosen = _offered.FirstOrDefault(model => NameOf(model) == shown);
            if (chosen == null) return;
            BridgeSettings.instance.Training.BaseModel = chosen.Base;
            BridgeSettings.instance.Save();
        }

        public void Refresh()
        {
            var models = LoraBridgeEditor.Session.Models;
            style.display = models.Count > 0 ? DisplayStyle.Flex : DisplayStyle.None;
            if (models != _offered)
            {
                _offered = models;
                _field.choices = models.Select(NameOf).ToList();
            }
            var chosen = models.FirstOrDefault(model => model.Base == BridgeSettings.instance.Training.BaseModel);
            _field.SetValueWithoutNotify(chosen == null ? "" : NameOf(chosen));
            _needs.text = chosen == null ? "" : NeedsOf(chosen);
        }

        // Paths are long; their last part distinguishes them, and the field below shows the whole.
        static string NameOf(ModelDescription model)
        {
            var name = model.Base.Split('/', '\\').Last();
            return model.Title == null ? name : $"{name} \u2013 {model.Title}, {model.Resolution} px";
        }

        static string NeedsOf(ModelDescription model)
        {
            if (model.Error != null) return $"{model.Error.Message} {model.Error.Hint}".Trim();
            return model.Engines != null && !model.Engines.Contains("native") ? Localization.Get(Text.NeedsDiffusers) : "";
        }
    }
}
