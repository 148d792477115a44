using System;
using System.IO;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Preflight;
using LoraBridge.Editor.Stage;
using UnityEditor;
using UnityEngine;

namespace LoraBridge.Editor.Batch
{
    /// <summary>
    /// For build servers: <c>Unity -batchmode -projectPath … -executeMethod LoraBridge.Editor.Batch.BatchCapture.Run -character PATH
    /// [-plan PATH or preset] -out DIR [-train]</c>. Without <c>-quit</c>, which would end the editor before the first shot; it ends
    /// itself, with 0, or with 1 and the reason in the log. Not with <c>-nographics</c>.
    /// </summary>
    public static class BatchCapture
    {
        // SessionState survives domain reloads, which clear static fields.
        const string Key = "LoraBridge.Batch";
        const string TrainingMark = "training";

        static CaptureSession _session;
        static BatchOptions _options;
        static bool _isTraining;

        /// <summary>The entry point; see above.</summary>
        public static void Run() => Run(Environment.GetCommandLineArgs());

        internal static void Run(string[] arguments) => Guarded(() =>
        {
            _options = BatchOptions.Parse(arguments);
            var character = CharacterSubject.Resolve(_options.Character);
            var plan = _options.Plan.PlanFor(character);
            foreach (var finding in ProjectCheck.Run(character, plan.Matting))
                if (finding.Severity == Severity.Error) throw new CaptureException("state.project.settings", finding.Message, "");
                else Debug.LogWarning(finding.Message);
            _isTraining = false;
            Begin(CaptureCursor.Begin(CharacterName.Of(character.name), _options.Character, plan));
        });

        [InitializeOnLoadMethod]
        static void Resume()
        {
            if (Application.isBatchMode) Resume(Environment.GetCommandLineArgs());
        }

        /// <summary>Resumes where the domain before a reload stopped; does nothing if no capture had started.</summary>
        internal static void Resume(string[] arguments)
        {
            var kept = SessionState.GetString(Key, "");
            if (kept.Length == 0) return;
            Guarded(() =>
            {
                _options = BatchOptions.Parse(arguments);
                _isTraining = kept == TrainingMark;
                if (_isTraining) EditorApplication.update += Tick;
                else Begin(CaptureCursor.Parse(kept));
            });
        }

        static void Begin(CaptureCursor cursor)
        {
            SessionState.SetString(Key, cursor.ToJson());
            _session = new CaptureSession(cursor, Stages.Create(), new FolderSink(_options.Out));
            _session.ShotTaken += shot =>
            {
                SessionState.SetString(Key, _session.Cursor.ToJson());
                Debug.Log($"{shot.Planned.Index + 1} of {_session.Total}: {shot.Planned.Name}");
            };
            AssemblyReloadEvents.beforeAssemblyReload += Suspend;
            EditorApplication.update += Tick;
        }

        static void Suspend()
        {
            EditorApplication.update -= Tick;
            _session?.Dispose();
        }

        static void Tick() => Guarded(() =>
        {
            if (_isTraining)
            {
                WatchTraining();
                return;
            }
            _session.Tick();
            if (_session.State == CaptureState.Running) return;
            if (_session.State == CaptureState.Failed) throw _session.Error;
            if (!_options.Train)
            {
                End(0);
                return;
            }
            LoraBridgeEditor.Session.Train(_session.Cursor.Character, Path.GetFullPath(_options.Out));
            _isTraining = true;
            SessionState.SetString(Key, TrainingMark);
        });

        static void WatchTraining()
        {
            var training = LoraBridgeEditor.Training;
            if (LoraBridgeEditor.Session.Daemon.StartError is LoraBridgeException fault) throw fault;
            if (training.IsUnderWay) return;
            Debug.Log(training.StatusText);
            End(training.State == JobState.Succeeded ? 0 : 1);
        }

        static void Guarded(Action action)
        {
            try
            {
                action();
            }
            catch (CaptureException error)
            {
                Debug.LogError($"{error.Code}: {error.Message} {error.Hint}");
                End(1);
            }
            catch (Exception error)
            {
                Debug.LogException(error);
                End(1);
            }
        }

        static void End(int code)
        {
            AssemblyReloadEvents.beforeAssemblyReload -= Suspend;
            Suspend();
            SessionState.EraseString(Key);
            EditorApplication.Exit(code);
        }
    }
}
