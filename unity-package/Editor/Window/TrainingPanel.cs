#nullable enable
using System;
using System.Collections.Generic;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>Options of the next training, and the loss of the current one.</summary>
    sealed class TrainingPanel : Panel
    {
        static readonly IReadOnlyDictionary<Text, Text> Hints = new Dictionary<Text, Text>
        {
            [Text.BaseModel] = Text.BaseModelHint, [Text.Trigger] = Text.TriggerHint, [Text.Class] = Text.ClassHint, [Text.Prompt] = Text.PromptHint,
            [Text.Steps] = Text.StepsHint, [Text.Rank] = Text.RankHint, [Text.LearningRate] = Text.LearningRateHint,
            [Text.PreviewEvery] = Text.PreviewEveryHint,
        };

        readonly BridgeWindow _window;
        readonly ModelChooser _models;
        readonly VisualElement _words;
        readonly Button _report;
        readonly ErrorBox _error;
        readonly ResultRow _result;
        readonly Label _status, _reported, _dataset;
        readonly LossCurve _curve;
        // Updates each field from the settings.
        Action? _follow;

        public TrainingPanel(BridgeWindow window) : base(Text.Training)
        {
            _window = window;
            Add(_models = new ModelChooser());
            Add(Text.BaseModel, new TextField { name = "base-model" }, () => Options.BaseModel, value => Options.BaseModel = value.Trim());
            Add(new Button(ChooseModel) { name = "choose-model", text = Localization.Get(Text.ChooseModel) });
            Add(_words = new VisualElement());
            Add(Text.Trigger, new TextField { name = "trigger" }, () => Words.Trigger, value => Words.Trigger = value.Trim(), _words);
            Add(Text.Class, new TextField { name = "class" }, () => Words.Class, value => Words.Class = value.Trim(), _words);
            Add(Text.Prompt, new TextField { name = "prompt" }, () => Options.Prompt, value => Options.Prompt = value);
            Add(Text.Steps, new IntegerField { name = "steps" }, () => Options.Steps, value => Options.Steps = Math.Max(1, value));
            Add(Text.Rank, new IntegerField(), () => Options.Rank, value => Options.Rank = Math.Max(1, value));
            Add(Text.LearningRate, new FloatField(), () => Options.LearningRate, value => Options.LearningRate = value);
            Add(Text.PreviewEvery, new IntegerField(), () => Options.PreviewEvery, value => Options.PreviewEvery = Math.Max(0, value));
            AddPrecision();
            Add(_report = new Button(Report) { name = "dataset-report", text = Localization.Get(Text.CheckDataset), tooltip = Localization.Get(Text.CheckDatasetHint) });
            Add(_reported = new Label { name = "dataset-reported" });
            Add(_error = new ErrorBox());
            Add(_result = new ResultRow());
            Add(_status = new Label { name = "training-status" });
            Add(_dataset = new Label { name = "prepared-dataset" });
            _status.style.whiteSpace = _reported.style.whiteSpace = _dataset.style.whiteSpace = WhiteSpace.Normal;
            Add(_curve = new LossCurve { tooltip = Localization.Get(Text.Loss) });
        }

        string CharacterOfWindow
        {
            get
            {
                var character = _window.Character;
                return CharacterName.Of(character == null ? "" : character.name);
            }
        }

        CharacterWords Words => BridgeSettings.instance.WordsOf(CharacterOfWindow);

        void Report()
        {
            LoraBridgeEditor.Session.Daemon.Request(new ShotList { Character = CharacterOfWindow, Limit = 1000 }, answer =>
            {
                var summary = ShotSummary.Of(answer.Shots);
                _reported.text = Localization.Get(Text.ShotSummary, summary.Shots, summary.Excluded, summary.Rejected, summary.Waiting, summary.Faces,
                    summary.GuessedFaces, summary.WithoutFace);
            }, LoraBridgeEditor.ShowError);
        }

        static TrainingSettings Options => BridgeSettings.instance.Training;

        /// <summary>Opens a dialog for the file of a base model.</summary>
        public static void ChooseModel()
        {
            var path = EditorUtility.OpenFilePanel(Localization.Get(Text.ChooseModel), "", "safetensors");
            if (path.Length == 0) return;
            Options.BaseModel = path;
            BridgeSettings.instance.Save();
        }

        void Add<T>(Text label, TextInputBaseField<T> field, Func<T> get, Action<T> set, VisualElement? place = null)
        {
            field.label = Localization.Get(label);
            field.tooltip = Localization.Get(Hints[label]);
            field.isDelayed = true;
            field.value = get();
            field.RegisterValueChangedCallback(change =>
            {
                set(change.newValue);
                BridgeSettings.instance.Save();
            });
            var shown = get();
            _follow += () =>
            {
                // Only if the setting changed elsewhere: the user may be typing here.
                if (EqualityComparer<T>.Default.Equals(shown, get())) return;
                field.SetValueWithoutNotify(shown = get());
            };
            (place ?? this).Add(field);
        }

        void AddPrecision()
        {
            var names = new List<string> { "auto", "fp32", "fp16", "bf16" };
            var field = new DropdownField(Localization.Get(Text.Precision), names, (int)Options.Precision)
            {
                name = "precision", tooltip = Localization.Get(Text.PrecisionHint),
            };
            field.RegisterValueChangedCallback(change =>
            {
                Options.Precision = (TrainOptionsPrecision)names.IndexOf(change.newValue);
                BridgeSettings.instance.Save();
            });
            _follow += () => field.SetValueWithoutNotify(names[(int)Options.Precision]);
            Add(field);
        }

        public void Refresh()
        {
            _follow?.Invoke();
            _models.Refresh();
            _result.Refresh();
            Show(_words, _window.Character != null);
            _report.SetEnabled(_window.Character != null);
            _error.Show(LoraBridgeEditor.Training.Error);
            var training = LoraBridgeEditor.Training;
            _status.text = training.StatusText;
            _dataset.text = training.Dataset == null ? "" : DatasetText.Of(training.Dataset);
            Show(_dataset, training.Dataset != null);
            _curve.Set(training.Losses);
            Show(_curve, training.Losses.Count > 1);
        }
    }
}
