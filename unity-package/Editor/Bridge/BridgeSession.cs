#nullable enable
using System;
using System.Collections.Generic;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Stage;
using UnityEngine;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>Capture, connection and training of one editor domain: from one domain reload to the next.</summary>
    sealed class BridgeSession
    {
        readonly CaptureRun _capture;
        readonly PersistedText _persistedTrainWhenSent;
        // The character to train on once all its shots are sent; null for none.
        string? _waitingToTrain;
        bool _isChanged;

        public BridgeSession(string folder)
        {
            Daemon = new DaemonConnection(folder);
            // Persisted, because a domain reload may happen while shots are still being sent.
            _persistedTrainWhenSent = new PersistedText(folder, "train-when-sent");
            _waitingToTrain = _persistedTrainWhenSent.Read(text => CharacterName.Of(text) == text ? text : null);
            _capture = new CaptureRun(folder, () => Daemon.Outbox);
            Corrections = new ShotCorrections(this);
            Training = new TrainingRun(folder, Daemon);
            Subscribe();
            // Work left by an earlier domain or an earlier editor.
            if (_capture.IsUnderWay || Daemon.Outbox.Count > 0 || Training.IsUnderWay) Daemon.Open();
            Training.Repeat();
            BridgeSettings.Changed += FollowSettings;
        }

        public DaemonConnection Daemon { get; }
        public CaptureRun Capture => _capture;
        public TrainingRun Training { get; }
        public Gallery Gallery { get; } = new Gallery();
        public ShotCorrections Corrections { get; }

        /// <summary>The daemon's base models, in its order; empty before it has answered.</summary>
        public IReadOnlyList<ModelDescription> Models { get; private set; } = new ModelDescription[0];

        /// <summary>Raised at most once per tick.</summary>
        public event Action? Changed;

        void Subscribe()
        {
            Daemon.Changed += MarkChanged;
            // The window shows it next to the connection; a capture continues without a daemon.
            Daemon.Failed += error => Debug.LogError($"{error.Message} {error.Hint}");
            Daemon.Connected += _ =>
            {
                Training.Reconnect();
                FillGallery();
                Daemon.Request(new ModelList(), answer =>
                {
                    Models = answer.Models;
                    MarkChanged();
                },
                // A daemon that does not know the request offers no models.
                _ => {});
            };
            Daemon.Refused += refusal =>
            {
                Gallery.Refuse(refusal);
                MarkChanged();
            };
            Daemon.EventReceived += received =>
            {
                if (Gallery.OnEvent(received)) MarkChanged();
                Training.OnEvent(received);
            };
            Daemon.StepReceived += Training.OnStep;
            Training.Changed += MarkChanged;
            _capture.ShotTaken += shot =>
            {
                Gallery.Add(shot);
                MarkChanged();
            };
            _capture.Ended += state =>
            {
                if (state == CaptureState.Finished && _capture.ThenTrain) _persistedTrainWhenSent.Write(_waitingToTrain = _capture.Character);
                MarkChanged();
            };
        }

        // After a domain reload only the daemon has the images.
        void FillGallery()
        {
            var character = _capture.Character.Length > 0 ? _capture.Character : Training.Character;
            if (character.Length == 0 || Gallery.Shots.Count > 0) return;
            Daemon.Request(new ShotList { Character = character, Limit = Gallery.Limit }, answer => FetchFrom(answer.Shots, 0), _ => {});
        }

        // One after the other, newest first: if one fails, only older ones are missing.
        void FetchFrom(IReadOnlyList<ShotDescription> shots, int index)
        {
            if (index == shots.Count) return;
            Daemon.Fetch(shots[index].Url, picture =>
            {
                Gallery.AddEarlier(shots[index], picture);
                MarkChanged();
                FetchFrom(shots, index + 1);
            });
        }

        void FollowSettings()
        {
            // Pending requests were lost with the connection.
            if (Daemon.FollowSettings()) Training.Repeat();
        }

        /// <summary>Marks a change that no event reports.</summary>
        internal void MarkChanged() => _isChanged = true;

        /// <summary>Starts a capture, and finds or starts the daemon for it.</summary>
        public void Begin(GameObject character, CapturePlan plan, bool thenTrain)
            => Begin(CharacterName.Of(character.name), CharacterSubject.Of(character), plan, thenTrain);

        internal void Begin(string character, string subject, CapturePlan plan, bool thenTrain)
        {
            Daemon.EnsureDaemon();
            if (character != _capture.Character) Gallery.Clear();
            _capture.Begin(CaptureCursor.Begin(character, subject, plan), thenTrain);
            MarkChanged();
        }

        /// <summary>Resumes a failed capture without the shot that it failed at.</summary>
        public void SkipShot()
        {
            _capture.Skip();
            MarkChanged();
        }

        /// <summary>Trains on the character's newest shots, or on the pictures of a folder.</summary>
        public void Train(string character, string? folder = null)
        {
            Daemon.EnsureDaemon();
            Training.Begin(character, folder);
        }

        /// <summary>Resumes the last training.</summary>
        public void Resume()
        {
            Daemon.EnsureDaemon();
            Training.Resume();
        }

        public void CancelCapture()
        {
            _capture.Cancel();
            MarkChanged();
        }

        /// <summary>Called with each update of the editor.</summary>
        public void Tick()
        {
            Daemon.Drain();
            if (_capture.IsUnderWay)
            {
                _capture.Tick();
                MarkChanged();
            }
            if (_waitingToTrain != null && Daemon.Outbox.Count == 0 && !Training.IsUnderWay)
            {
                var character = _waitingToTrain;
                _waitingToTrain = null;
                _persistedTrainWhenSent.Clear();
                Train(character);
            }
            if (!_isChanged) return;
            _isChanged = false;
            Changed?.Invoke();
        }

        /// <summary>Saves everything that a later domain needs to resume. Takes less than 100 ms: the domain reload waits for it.</summary>
        public void Suspend()
        {
            BridgeSettings.Changed -= FollowSettings;
            _capture.Suspend();
            Training.Save();
            Daemon.Close();
        }
    }
}
