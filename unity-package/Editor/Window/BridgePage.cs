#nullable enable
using System;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>The contents of the window: its panels from top to bottom.</summary>
    sealed class BridgePage : ScrollView, IDisposable
    {
        readonly SetupPanel _setup = new SetupPanel();
        readonly CharacterPanel _character;
        readonly PlanPanel _plan;
        readonly RunPanel _run;
        readonly GalleryPanel _gallery = new GalleryPanel();
        readonly TrainingPanel _training;
        readonly PreviewPanel _previews = new PreviewPanel();

        public BridgePage(BridgeWindow window)
        {
            Add(_setup);
            Add(_character = new CharacterPanel(window));
            Add(_plan = new PlanPanel(window));
            Add(_run = new RunPanel(window));
            Add(_gallery);
            Add(_training = new TrainingPanel(window));
            Add(_previews);
        }

        /// <summary>Detects the requirements again.</summary>
        public void CheckSetup() => _setup.Check();

        /// <summary>Updates every panel.</summary>
        public void Refresh()
        {
            _character.Refresh();
            _plan.Refresh();
            RefreshProgress();
        }

        /// <summary>Updates the panels that change while shots are taken.</summary>
        public void RefreshProgress()
        {
            _setup.Refresh();
            _run.Refresh();
            _gallery.Refresh();
            _training.Refresh();
            _previews.Refresh();
        }

        public void Dispose()
        {
            _setup.Dispose();
            _character.Dispose();
            _plan.Dispose();
            _gallery.Dispose();
            _previews.Dispose();
        }
    }
}
