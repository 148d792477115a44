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
    /// The checklist of a first run: Node, the package, the daemon, the base model, each with what to do about it. It is out of the way
    /// once everything is there.
    /// </summary>
    sealed class SetupPanel : Panel, IDisposable
    {
        readonly SetupRow _node, _package, _daemon, _model;
        Installation _found;
        int _looks;

        public SetupPanel() : base(Text.Setup)
        {
            Add(_node = new SetupRow("setup-node", Text.Node));
            Add(_package = new SetupRow("setup-package", Text.Command));
            Add(_daemon = new SetupRow("setup-daemon", Text.Daemon));
            Add(_model = new SetupRow("setup-model", Text.BaseModel));
            Add(new Button(Look) { name = "setup-again", text = Localization.Get(Text.CheckAgain) });
            BridgePreferences.Changed += Look;
            Look();
        }

        /// <summary>Looks for Node and the package anew.</summary>
        public void Look()
        {
            _found = null;
            // An earlier look may end later, with what was so then.
            var look = ++_looks;
            LoraBridgeEditor.Session.Daemon.FindInstallation(found =>
            {
                if (look != _looks) return;
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
            // A daemon that answers needs neither, wherever it runs.
            ShowProgram(_node, isOwn && !isConnected, _found?.Node, _found?.NodeFault);
            ShowProgram(_package, isOwn && !isConnected, _found?.Program, _found?.ProgramFault);
            if (isConnected) _daemon.ShowFine(daemon.StatusText);
            else if (daemon.Fault is LoraBridgeException fault) _daemon.ShowFault(fault);
            else if (daemon.StatusText.Length > 0) _daemon.ShowOpen(daemon.StatusText);
            else _daemon.ShowFault(new LoraBridgeException("state.daemon.absent", Localization.Get(Text.DaemonNotStarted)));
            var model = BaseModelCheck.Problem(settings.Training.BaseModel, isOwn);
            if (model == null) _model.ShowFine(settings.Training.BaseModel);
            else _model.ShowFault(model, ("setup-choose-model", Text.ChooseModel, TrainingPanel.ChooseModel));
            Show(this, !(isConnected && model == null));
        }

        static void ShowProgram(SetupRow row, bool isNeeded, string found, LoraBridgeException fault)
        {
            if (!isNeeded) row.ShowFine(found ?? "");
            else if (fault != null) row.ShowFault(fault);
            else if (found != null) row.ShowFine(found);
            else row.ShowOpen(Localization.Get(Text.Looking));
        }

        public void Dispose() => BridgePreferences.Changed -= Look;
    }
}
