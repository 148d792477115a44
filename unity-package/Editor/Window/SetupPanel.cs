#nullable enable
using System;
using LoraBridge.Core.Connection;
using LoraBridge.Core.Daemon;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Texts;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>
    /// The checklist of the first run: Node, the package, the daemon, the base model, each with its next action. It is hidden
    /// once everything is ready.
    /// </summary>
    sealed class SetupPanel : Panel, IDisposable
    {
        readonly SetupRow _node, _package, _daemon, _model;
        Installation? _found;
        int _checks;

        public SetupPanel() : base(Text.Setup)
        {
            Add(_node = new SetupRow("setup-node", Text.Node));
            Add(_package = new SetupRow("setup-package", Text.Command));
            Add(_daemon = new SetupRow("setup-daemon", Text.Daemon));
            Add(_model = new SetupRow("setup-model", Text.BaseModel));
            Add(new Button(Check) { name = "setup-again", text = Localization.Get(Text.CheckAgain) });
            BridgePreferences.Changed += Check;
            Check();
        }

        /// <summary>Detects Node and the package again.</summary>
        public void Check()
        {
            _found = null;
            // An earlier check may end later, with an outdated result.
            var check = ++_checks;
            LoraBridgeEditor.Session.Daemon.FindInstallation(found =>
            {
                if (check != _checks) return;
                _found = found;
                Refresh();
            });
            Refresh();
        }

        public void Refresh()
        {
            var settings = BridgeSettings.instance;
            var isOwn = settings.Daemon.IsOwn;
            var daemon = LoraBridgeEditor.Session.Daemon;
            var isConnected = daemon.State == ConnectionState.Connected;
            // A running daemon needs neither, wherever it runs.
            ShowProgram(_node, isOwn && !isConnected, _found?.Node, _found?.NodeError);
            ShowProgram(_package, isOwn && !isConnected, _found?.Program, _found?.ProgramError);
            if (isConnected) _daemon.ShowFine(daemon.StatusText);
            else if (daemon.Error is LoraBridgeException fault) _daemon.ShowError(fault);
            else if (daemon.StatusText.Length > 0) _daemon.ShowOpen(daemon.StatusText);
            else _daemon.ShowError(new LoraBridgeException("state.daemon.absent", Localization.Get(Text.DaemonNotStarted)));
            var model = BaseModelCheck.Problem(settings.Training.BaseModel, isOwn);
            if (model == null) _model.ShowFine(settings.Training.BaseModel);
            else _model.ShowError(model, ("setup-choose-model", Text.ChooseModel, TrainingPanel.ChooseModel));
            Show(this, !(isConnected && model == null));
        }

        static void ShowProgram(SetupRow row, bool isNeeded, string? found, LoraBridgeException? error)
        {
            if (!isNeeded) row.ShowFine(found ?? "");
            else if (error != null) row.ShowError(error);
            else if (found != null) row.ShowFine(found);
            else row.ShowOpen(Localization.Get(Text.Searching));
        }

        public void Dispose() => BridgePreferences.Changed -= Check;
    }
}
