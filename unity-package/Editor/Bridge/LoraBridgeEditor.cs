#nullable enable
using System;
using System.IO;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Plans;
using UnityEditor;
using UnityEngine;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>The scripting interface of LoRA Bridge: everything that the window and the menus do. Main thread only.</summary>
    [InitializeOnLoad]
    public static class LoraBridgeEditor
    {
        static BridgeSession? _session;
        static string _notice = "";
        static LoraBridgeException? _error;

        static LoraBridgeEditor()
        {
            // Unity also loads the package into its import workers, which must not send the same shots.
            if (AssetDatabase.IsAssetImportWorkerProcess()) return;
            EditorApplication.update += Tick;
            AssemblyReloadEvents.beforeAssemblyReload += Suspend;
            EditorApplication.quitting += Suspend;
        }

        /// <summary>Something has changed; raised at most once per editor update.</summary>
        public static event Action? Changed;

        /// <summary>The newest shots.</summary>
        public static Gallery Gallery => Session.Gallery;

        /// <summary>The current training, or the last one.</summary>
        public static TrainingRun Training => Session.Training;

        /// <summary>Whether a capture is running or waiting to resume.</summary>
        public static bool IsCapturing => Session.Capture.IsUnderWay;

        /// <summary>Progress of the capture, 0 to 1.</summary>
        public static float CaptureProgress => Session.Capture.Progress;

        /// <summary>Status of the current or last capture, or why it could not start.</summary>
        public static string StatusText => _notice.Length > 0 ? _notice : Session.Capture.StatusText;

        /// <summary>The last error of a command or a capture, else of the connection; null if there is none.</summary>
        public static LoraBridgeException? Error => _error ?? Session.Capture.Error ?? Session.Daemon.Error;

        /// <summary>State of the connection to the daemon.</summary>
        public static string ConnectionText => Session.Daemon.StatusText;

        /// <summary>Number of shots waiting to be sent.</summary>
        public static int WaitingShots => Session.Daemon.Outbox.Count;

        /// <summary>Folder of the files that outlive the editor.</summary>
        internal static string Folder => Path.GetFullPath(Path.Combine(Application.dataPath, "../Library/LoraBridge"));

        internal static BridgeSession Session
        {
            get
            {
                if (_session != null) return _session;
                // Not in the static constructor: there assets cannot be loaded yet.
                _session = Begin(Folder);
                _session.Changed += () => Changed?.Invoke();
                return _session;
            }
        }

        static BridgeSession Begin(string folder)
        {
            try
            {
                return new BridgeSession(folder);
            }
            catch (LoraBridgeException error)
            {
                // Reported once, not with each update: until the editor's next start the shots are stored elsewhere.
                var other = Path.Combine(Path.GetTempPath(), "lora-bridge", Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(folder))));
                _notice = $"{error.Message} {error.Hint} Until then shots are kept in {other}.";
                Debug.LogError("LoRA Bridge: " + _notice);
                return new BridgeSession(other);
            }
        }

        /// <summary>Captures a character by a plan, and sends the shots to the daemon.</summary>
        /// <exception cref="InvalidOperationException">A capture is already running.</exception>
        public static void Capture(GameObject character, CapturePlan plan) => Session.Begin(character, plan, false);

        /// <summary>Captures a character by a preset or a plan asset.</summary>
        /// <exception cref="CaptureException">The character cannot be loaded onto a stage.</exception>
        public static void Capture(GameObject character, PlanChoice plan) => Capture(character, plan.PlanFor(character));

        /// <summary>Captures a character, and trains on its shots once the daemon has all of them.</summary>
        public static void CaptureAndTrain(GameObject character, CapturePlan plan) => Session.Begin(character, plan, true);

        /// <summary>Captures a character by a preset or a plan asset, and trains.</summary>
        public static void CaptureAndTrain(GameObject character, PlanChoice plan) => CaptureAndTrain(character, plan.PlanFor(character));

        /// <summary>Trains on the shots of a character that the daemon has.</summary>
        /// <exception cref="InvalidOperationException">A training is already running.</exception>
        public static void Train(GameObject character) => Session.Train(CharacterName.Of(character.name));

        /// <summary>Stops the capture at once.</summary>
        public static void CancelCapture() => Session.CancelCapture();

        /// <summary>Stops the training; it can be resumed.</summary>
        public static void StopTraining() => Session.Training.Stop();

        /// <summary>Resumes a training that ended early from its last checkpoint.</summary>
        public static void ResumeTraining() => Session.Resume();

        /// <summary>Whether the user can dismiss an error: connection errors stay until they are resolved.</summary>
        internal static bool CanDismiss(LoraBridgeException error) => error == _error || error == Session.Capture.Error;

        /// <summary>Clears the last error.</summary>
        internal static void Dismiss()
        {
            Session.Capture.Dismiss();
            ShowError("");
        }

        /// <summary>Shows an error in place of the status, and in the console; an empty text clears it.</summary>
        internal static void ShowError(string error) => ShowError(error, null);

        internal static void ShowError(LoraBridgeException error) => ShowError($"{error.Message} {error.Hint}", error);

        static void ShowError(string notice, LoraBridgeException? error)
        {
            _notice = notice;
            _error = error;
            if (notice.Length > 0) Debug.LogError(notice);
            Changed?.Invoke();
        }

        static void Tick() => Session.Tick();

        static void Suspend()
        {
            _session?.Suspend();
            _session = null;
            (_notice, _error) = ("", null);
        }
    }
}
