#nullable enable
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

        static (CaptureSession session, BatchOptions options)? _capture;
        static bool _isTraining;

        /// <summary>The entry point; see above.</summary>
        public static void Run() => Run(Environment.GetCommandLineArgs());

        internal static void Run(string[] arguments) => Guarded(() =>
        {
            var options = BatchOptions.Parse(arguments);
            var character = CharacterSubject.Resolve(options.Character);
            var plan = options.Plan.PlanFor(character);
            foreach (var finding in ProjectCheck.Run(character, plan.Matting))
                if (finding.Severity == Severity.Error) throw new CaptureException("state.project.settings", finding.Message, "");
                else Debug.LogWarning(finding.Message);
            _isTraining = false;
            Begin(CaptureCursor.Begin(CharacterName.Of(character.name), options.Character, plan), options);
        });

        [InitializeOnLoadMethod]
        static void Resume()
        {
            if (Application.isBatchMode) Resume(Environment.GetCommandLineArgs());
        }

        /// <summary>Resumes where the domain before a reload stopped; does nothing if no capture had started.</summary>
        internal static void Resume(string[] arguments)
        {
            var saved = SessionState.GetString(Key, "");
            if (saved.Length == 0) return;
            Guarded(() =>
            {
                _isTraining = saved == TrainingMark;
                if (_isTraining) EditorApplication.update += Tick;
                else Begin(CaptureCursor.Parse(saved) ?? throw Damaged, BatchOptions.Parse(arguments));
            });
        }

        static CaptureException Damaged => new CaptureException("state.capture.failed", "The saved state of the capture cannot be read.", "Start the batch capture again.");

        static void Begin(CaptureCursor cursor, BatchOptions options)
        {
            SessionState.SetString(Key, cursor.ToJson());
            var session = new CaptureSession(cursor, Stages.Create(), new FolderSink(options.Out));
            _capture = (session, options);
            session.ShotTaken += shot =>
            {
                SessionState.SetString(Key, session.Cursor.ToJson());
                Debug.Log($"{shot.Planned.Index + 1} of {session.Total}: {shot.Planned.Name}");
            };
            AssemblyReloadEvents.beforeAssemblyReload += Suspend;
            EditorApplication.update += Tick;
        }

        static void Suspend()
        {
            EditorApplication.update -= Tick;
            _capture?.session.Dispose();
        }

        static void Tick() => Guarded(() =>
        {
            if (_isTraining) WatchTraining();
            else if (_capture is var (session, options)) Advance(session, options);
        });

        static void Advance(CaptureSession session, BatchOptions options)
        {
            session.Tick();
            if (session.State == CaptureState.Running) return;
            if (session.Error != null) throw session.Error;
            if (!options.Train)
            {
                End(0);
                return;
            }
            LoraBridgeEditor.Session.Train(session.Cursor.Character, Path.GetFullPath(options.Out));
            _isTraining = true;
            SessionState.SetString(Key, TrainingMark);
        }

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
