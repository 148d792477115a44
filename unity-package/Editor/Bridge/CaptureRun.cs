#nullable enable
using System;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Plans;
using LoraBridge.Editor.Stage;
using LoraBridge.Editor.Texts;
using UnityEditor;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>
    /// The current capture, advanced by the editor's updates. Play mode, domain reloads and the end
    /// of the editor interrupt it; it resumes at the next shot.
    /// </summary>
    sealed class CaptureRun
    {
        readonly PersistedText _persisted;
        readonly Func<IShotSink> _sink;
        CaptureSession? _session;
        CaptureCursor? _cursor, _failed;
        int? _failedShot;
        int _progress;

        public CaptureRun(string folder, Func<IShotSink> sink)
        {
            _persisted = new PersistedText(folder, "capture");
            _sink = sink;
            Restore();
        }

        /// <summary>A shot is safe.</summary>
        public event Action<TakenShot>? ShotTaken;

        /// <summary>The capture has ended in this state.</summary>
        public event Action<CaptureState>? Ended;

        /// <summary>Whether a capture is running or waiting to resume.</summary>
        public bool IsUnderWay => _cursor != null;

        /// <summary>Whether training starts when the daemon has all shots.</summary>
        public bool ThenTrain { get; private set; }

        /// <summary>Protocol name of the character of the current or last capture.</summary>
        public string Character { get; private set; } = "";

        /// <summary>0 to 1.</summary>
        public float Progress => _session == null || _session.Total == 0 ? 0 : (float)_session.Cursor.Next / _session.Total;

        /// <summary>The current or last status, for the user.</summary>
        public string StatusText { get; private set; } = Localization.Get(Text.Idle);

        /// <summary>Subject of <see cref="Character"/>, and the plan of the last capture; null before the first in this domain.</summary>
        public string Subject { get; private set; } = "";

        /// <inheritdoc cref="Subject"/>
        public CapturePlan? Last { get; private set; }

        /// <summary>Whether the last capture failed at a shot that can be skipped.</summary>
        public bool CanSkip => _failed != null && _failedShot != null && !IsUnderWay;

        /// <summary>Resumes a failed capture without the shot that it failed at.</summary>
        public void Skip()
        {
            if (!CanSkip || _failed == null || !(_failedShot is int shot)) return;
            Save(_failed.Without(shot));
            _failed = null;
            Error = null;
        }

        /// <summary>Why the last capture failed; null if it did not.</summary>
        public LoraBridgeException? Error { get; private set; }

        /// <summary>Clears the error of the last capture; it can still be resumed.</summary>
        public void Dismiss()
        {
            if (Error == null) return;
            Error = null;
            StatusText = Localization.Get(Text.Idle);
        }

        /// <summary>Starts a capture; if the same one failed before, resumes it at the next shot.</summary>
        public void Begin(CaptureCursor cursor, bool thenTrain)
        {
            if (IsUnderWay) throw new InvalidOperationException("A capture is already running.");
            ThenTrain = thenTrain;
            Save(_failed != null && _failed.IsOfSame(cursor) ? _failed : cursor);
            _failed = null;
            Error = null;
        }

        /// <summary>Called with each update of the editor.</summary>
        public void Tick()
        {
            if (_cursor == null) return;
            // In play mode preview scenes render differently, and animation mode is not available.
            if (EditorApplication.isPlayingOrWillChangePlaymode)
            {
                Suspend();
                StatusText = Localization.Get(Text.CaptureWaiting);
                return;
            }
            var session = _session ??= Open(_cursor);
            session.Tick();
            Report(session);
            if (session.State != CaptureState.Running) Close(session);
        }

        CaptureSession Open(CaptureCursor cursor)
        {
            var session = new CaptureSession(cursor, Stages.Create(), _sink());
            session.ShotTaken += shot =>
            {
                Save(session.Cursor);
                ShotTaken?.Invoke(shot);
            };
            _progress = UnityEditor.Progress.Start("LoRA Bridge", cursor.Character, UnityEditor.Progress.Options.Managed);
            UnityEditor.Progress.SetTimeDisplayMode(_progress, UnityEditor.Progress.TimeDisplayMode.ShowRemainingTime);
            UnityEditor.Progress.RegisterCancelCallback(_progress, () =>
            {
                Cancel();
                return true;
            });
            return session;
        }

        void Report(CaptureSession session)
        {
            var (done, total) = (session.Cursor.Next, session.Total);
            StatusText = Localization.Get(Text.Capturing, done, total);
            UnityEditor.Progress.Report(_progress, done, Math.Max(1, total), StatusText);
            if (!(session.Remaining is TimeSpan rest)) return;
            UnityEditor.Progress.SetRemainingTime(_progress, (long)rest.TotalSeconds);
            StatusText += " · " + Localization.Get(Text.TimeLeft, PlanText.Duration(rest));
        }

        void Close(CaptureSession session)
        {
            _session = null;
            _cursor = null;
            _persisted.Clear();
            _failed = session.State == CaptureState.Failed ? session.Cursor : null;
            Error = session.Error;
            _failedShot = session.FailedShot;
            StatusText = Describe(session);
            UnityEditor.Progress.Finish(_progress, session.State switch
            {
                CaptureState.Finished => UnityEditor.Progress.Status.Succeeded,
                CaptureState.Cancelled => UnityEditor.Progress.Status.Canceled,
                _ => UnityEditor.Progress.Status.Failed,
            });
            Ended?.Invoke(session.State);
        }

        static string Describe(CaptureSession session) => session.State switch
        {
            CaptureState.Finished => Localization.Get(Text.CaptureFinished, session.Total - session.Cursor.Skipped.Count),
            CaptureState.Cancelled => Localization.Get(Text.CaptureCancelled, session.Cursor.Next),
            _ => $"{session.Error?.Message} {session.Error?.Hint}",
        };

        /// <summary>Stops at once; the shots taken so far stay.</summary>
        public void Cancel()
        {
            if (_cursor == null) return;
            if (_session == null)
            {
                // It waits for the end of play mode.
                _cursor = null;
                _persisted.Clear();
                Ended?.Invoke(CaptureState.Cancelled);
                return;
            }
            _session.Cancel();
            Close(_session);
        }

        /// <summary>Releases everything at once; a later tick resumes the capture, perhaps in a later domain.</summary>
        public void Suspend()
        {
            if (_session == null) return;
            _session.Dispose();
            if (_session.State == CaptureState.Suspended) Save(_session.Cursor);
            _session = null;
            UnityEditor.Progress.Finish(_progress, UnityEditor.Progress.Status.Canceled);
        }

        void Save(CaptureCursor cursor)
        {
            _cursor = cursor;
            (Character, Subject, Last) = (cursor.Character, cursor.Subject, cursor.Plan);
            _persisted.Write((ThenTrain ? "train" : "") + "\n" + cursor.ToJson());
        }

        void Restore()
        {
            _cursor = _persisted.Read(text =>
            {
                var lines = text.Split(new[] { '\n' }, 2);
                ThenTrain = lines[0] == "train";
                return lines.Length < 2 ? null : CaptureCursor.Parse(lines[1]);
            });
            Character = _cursor?.Character ?? "";
        }
    }
}
