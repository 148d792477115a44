using System;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Texts;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>Options of the next training, and the loss of this one.</summary>
    sealed class TrainingPanel : Panel
    {
        readonly Label _status;
        readonly LossCurve _curve;

        public TrainingPanel() : base(Text.Training)
        {
            var options = BridgeSettings.instance.Training;
            Add(Text.BaseModel, new TextField(), options.BaseModel, value => options.BaseModel = value);
            Add(Text.Prompt, new TextField(), options.Prompt, value => options.Prompt = value);
            Add(Text.Steps, new IntegerField(), options.Steps, value => options.Steps = Math.Max(1, value));
            Add(Text.Rank, new IntegerField(), options.Rank, value => options.Rank = Math.Max(1, value));
            Add(Text.LearningRate, new FloatField(), options.LearningRate, value => options.LearningRate = value);
            Add(Text.PreviewEvery, new IntegerField(), options.PreviewEvery, value => options.PreviewEvery = Math.Max(0, value));
            Add(_status = new Label { name = "training-status" });
            _status.style.whiteSpace = WhiteSpace.Normal;
            Add(_curve = new LossCurve { tooltip = Localization.Get(Text.Loss) });
        }

        void Add<T>(Text label, TextInputBaseField<T> field, T value, Action<T> set)
        {
            field.label = Localization.Get(label);
            field.isDelayed = true;
            field.value = value;
            field.RegisterValueChangedCallback(change =>
            {
                set(change.newValue);
                BridgeSettings.instance.Keep();
            });
            Add(field);
        }

        public void Refresh()
        {
            var training = LoraBridgeEditor.Training;
            _status.text = training.StatusText;
            _curve.Set(training.Losses);
            Show(_curve, training.Losses.Count > 1);
        }
    }
}
