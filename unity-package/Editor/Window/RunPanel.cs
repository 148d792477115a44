#nullable enable
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Texts;
using UnityEngine;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>The buttons, progress, status and errors.</summary>
    sealed class RunPanel : Panel
    {
        readonly BridgeWindow _window;
        readonly Button _capture, _train, _both, _cancel, _skip, _stop, _resume;
        readonly ProgressBar _progress;
        readonly Label _status, _connection;
        readonly ErrorBox _error;

        public RunPanel(BridgeWindow window) : base(Text.Capture)
        {
            _window = window;
            var row = new VisualElement();
            row.style.flexDirection = FlexDirection.Row;
            row.style.flexWrap = Wrap.Wrap;
            row.Add(_capture = Make("capture", Text.Capture, () => Run(character => Commands.Capture(character, window.Plan))));
            row.Add(_train = Make("train", Text.Train, () => Run(Commands.Train)));
            row.Add(_both = Make
              ("capture-and-train", Text.CaptureAndTrain, () => Run(character => Commands.CaptureAndTrain(character, window.Plan))));
            row.Add(_cancel = Make("cancel", Text.Cancel, LoraBridgeEditor.CancelCapture));
            row.Add(_skip = Make("skip", Text.Skip, LoraBridgeEditor.Session.SkipShot));
            row.Add(_stop = Make("stop-training", Text.StopTraining, LoraBridgeEditor.StopTraining));
            row.Add(_resume = Make("resume-training", Text.ResumeTraining, LoraBridgeEditor.ResumeTraining));
            Add(row);
            Add(_progress = new ProgressBar { lowValue = 0, highValue = 1 });
            Add(_error = new ErrorBox { name = "error" });
            Add(_status = new Label { name = "status" });
            Add(_connection = new Label { name = "connection" });
            _capture.tooltip = Localization.Get(Text.CaptureHint);
            _train.tooltip = Localization.Get(Text.TrainHint);
            _both.tooltip = Localization.Get(Text.CaptureAndTrainHint);
            _status.style.whiteSpace = _connection.style.whiteSpace = WhiteSpace.Normal;
        }

        void Run(System.Action<GameObject> command)
        {
            var character = _window.Character;
            if (character != null) command(character);
        }

        static Button Make(string name, Text text, System.Action click) => new Button(click) { name = name, text = Localization.Get(text) };

        public void Refresh()
        {
            var isCapturing = LoraBridgeEditor.IsCapturing;
            var isTraining = LoraBridgeEditor.Training.IsUnderWay;
            var hasCharacter = _window.Character != null;
            _capture.SetEnabled(hasCharacter && !isCapturing);
            _both.SetEnabled(hasCharacter && !isCapturing && !isTraining);
            _train.SetEnabled(hasCharacter && !isTraining);
            Show(_cancel, isCapturing);
            Show(_skip, LoraBridgeEditor.Session.Capture.CanSkip);
            Show(_stop, isTraining);
            Show(_resume, LoraBridgeEditor.Training.IsResumable);
            Show(_progress, isCapturing);
            _progress.value = LoraBridgeEditor.CaptureProgress;
            _status.text = LoraBridgeEditor.StatusText;
            _connection.text = LoraBridgeEditor.ConnectionText;
            var error = LoraBridgeEditor.Error;
            _error.Show(error);
            // Do not show the same message twice.
            Show(_status, error == null || !_status.text.Contains(error.Message));
            Show(_connection, error == null || !_connection.text.Contains(error.Message));
        }
    }
}
