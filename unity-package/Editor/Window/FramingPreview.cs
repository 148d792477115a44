#nullable enable
using System;
using System.Diagnostics;
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Plans;
using LoraBridge.Editor.Stage;
using UnityEditor;
using UnityEngine;
using Object = UnityEngine.Object;

namespace LoraBridge.Editor.Window
{
    /// <summary>
    /// A small preview of the plan's first shot: a separate capture of one image, kept in memory. It restarts whenever the
    /// character or the plan changes.
    /// </summary>
    sealed class FramingPreview : IDisposable, IShotSink
    {
        const int MaxEdge = 256;

        static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

        readonly Action<Texture2D> _show;
        readonly Stopwatch _sincePoll = Stopwatch.StartNew();
        GameObject? _character, _subjectOf;
        PlanChoice _choice = new PlanChoice();
        string? _subject;
        CaptureSession? _session;
        Texture2D? _texture;
        string _shown = "";

        public FramingPreview(Action<Texture2D> show)
        {
            _show = show;
            EditorApplication.update += Tick;
        }

        public void Show(GameObject? character, PlanChoice choice)
        {
            (_character, _choice) = (character, choice);
            if (character == null)
            {
                _subject = null;
                Stop();
                _shown = "";
                return;
            }
            if (IsStageTaken) return;
            CaptureCursor cursor;
            try
            {
                cursor = CaptureCursor.Begin("preview", SubjectOf(character), OneShot(choice.PlanFor(character)));
            }
            catch (CaptureException)
            {
                // The plan panel shows the error.
                Stop();
                return;
            }
            // Everything that the image depends on, as text: comparing is cheaper than rendering.
            var key = cursor.ToJson().Replace(cursor.Id.ToString(), "") + AppearanceOf(character);
            if (key == _shown) return;
            _shown = key;
            Stop();
            _session = new CaptureSession(cursor, Stages.Create(), this);
            _session.ShotTaken += ShowShot;
        }

        // Finding the subject of a scene object is slow, and this runs with every change.
        string SubjectOf(GameObject character)
        {
            if (_subject == null || _subjectOf != character) (_subject, _subjectOf) = (CharacterSubject.Of(character), character);
            return _subject;
        }

        // There is no event for an edited material, but Unity counts its changes.
        static string AppearanceOf(GameObject character)
            => string.Join(",", character.GetComponentsInChildren<Renderer>()
                .SelectMany(renderer => renderer.sharedMaterials.Cast<Object>().Append(renderer)).Select(EditorUtility.GetDirtyCount));

        static CapturePlan OneShot(CapturePlan plan)
        {
            var scale = (float)MaxEdge / Mathf.Max(plan.Width, plan.Height);
            plan.Poses = plan.Poses.Take(1).ToList();
            plan.Angles = plan.Angles.Take(1).ToList();
            plan.Framings = plan.Framings.Take(1).ToList();
            plan.Expressions = plan.Expressions.Take(1).ToList();
            plan.Width = Mathf.RoundToInt(plan.Width * scale);
            plan.Height = Mathf.RoundToInt(plan.Height * scale);
            plan.Supersampling = 1;
            return plan;
        }

        // The preview need not be stored.
        void IShotSink.Accept(TakenShot shot) {}

        static bool IsStageTaken => LoraBridgeEditor.IsCapturing || EditorApplication.isPlayingOrWillChangePlaymode;

        void Tick()
        {
            if (_sincePoll.Elapsed > PollInterval)
            {
                _sincePoll.Restart();
                if (_session == null && _character != null && !_shown.EndsWith(AppearanceOf(_character), StringComparison.Ordinal)) Show(_character, _choice);
            }
            if (_session == null) return;
            // One stage at a time: two would contend for Unity's animation mode.
            if (IsStageTaken)
            {
                Stop();
                _shown = "";
                return;
            }
            _session.Tick();
            // The character and plan panels show what is wrong.
            if (_session.State != CaptureState.Running) Stop();
        }

        void ShowShot(TakenShot shot)
        {
            if (_texture != null) Object.DestroyImmediate(_texture);
            _texture = Pictures.Decode(shot.Png);
            _show(_texture);
        }

        void Stop()
        {
            _session?.Dispose();
            _session = null;
        }

        public void Dispose()
        {
            EditorApplication.update -= Tick;
            Stop();
            if (_texture != null) Object.DestroyImmediate(_texture);
            _texture = null;
        }
    }
}
