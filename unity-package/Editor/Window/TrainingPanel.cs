using System;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>Options of the next training, and the loss of this one.</summary>
    sealed class TrainingPanel : Panel
    {
        readonly Label _status;
        readonly LossCurve _curve;
        // Shows in each field what the settings have become.
        Action _follow;

        public TrainingPanel() : base(Text.Training)
        {
            Add(Text.BaseModel, new TextField { name = "base-model" }, () => Options.BaseModel, value => Options.BaseModel = value.Trim());
            Add(new Button(ChooseModel) { name = "choose-model", text = Localization.Get(Text.ChooseModel) });
            Add(Text.Prompt, new TextField { name = "prompt" }, () => Options.Prompt, value => Options.Prompt = value);
            Add(Text.Steps, new IntegerField { name = "steps" }, () => Options.Steps, value => Options.Steps = Math.Max(1, value));
            Add(Text.Rank, new IntegerField(), () => Options.Rank, value => Options.Rank = Math.Max(1, value));
            Add(Text.LearningRate, new FloatField(), () => Options.LearningRate, value => Options.LearningRate = value);
            Add(Text.PreviewEvery, new IntegerField(), () => Options.PreviewEvery, value => Options.PreviewEvery = Math.Max(0, value));
            Add(_status = new Label { name = "training-status" });
            _status.style.whiteSpace = WhiteSpace.Normal;
            Add(_curve = new LossCurve { tooltip = Localization.Get(Text.Loss) });
        }

        static TrainingSettings Options => BridgeSettings.instance.Training;

        /// <summary>Asks for the file or folder of a base model.</summary>
        public static void ChooseModel()
        {
            var path = EditorUtility.OpenFilePanel(Localization.Get(Text.ChooseModel), "", "safetensors");
            if (path.Length == 0) return;
            Options.BaseModel = path;
            BridgeSettings.instance.Keep();
        }

        void Add<T>(Text label, TextInputBaseField<T> field, Func<T> get, Action<T> set)
        {
            field.label = Localization.Get(label);
            field.isDelayed = true;
            field.value = get();
            field.RegisterValueChangedCallback(change =>
            {
                set(change.newValue);
                BridgeSettings.instance.Keep();
            });
            _follow += () => field.SetValueWithoutNotify(get());
            Add(field);
        }

        public void Refresh()
        {
            _follow();
            var training = LoraBridgeEditor.Training;
            _status.text = training.StatusText;
            _curve.Set(training.Losses);
            Show(_curve, training.Losses.Count > 1);
        }
    }
}
