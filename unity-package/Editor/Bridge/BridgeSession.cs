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
    /// <summary>Everything that goes on in the editor, from one domain load to the next: capture, connection, training.</summary>
    sealed class BridgeSession
    {
        readonly CaptureRun _capture;
        readonly PersistedText _persistedTrainWhenSent;
        // The character that is trained when all its shots are sent; null for none.
        string _waitingToTrain;
        bool _isChanged;

        public BridgeSession(string folder)
        {
            Daemon = new DaemonConnection(folder);
            // Kept, because scripts may be compiled while shots are still being sent.
            _persistedTrainWhenSent = new PersistedText(folder, "train-when-sent");
            _waitingToTrain = _persistedTrainWhenSent.Read(text => CharacterName.Of(text) == text ? text : null);
            _capture = new CaptureRun(folder, () => Daemon.Outbox);
            Corrections = new ShotCorrections(this);
            Training = new TrainingRun(folder, Daemon);
            Subscribe();
            // What an earlier domain, or an earlier editor, has left behind.
            if (_capture.IsUnderWay || Daemon.Outbox.Count > 0 || Training.IsUnderWay) Daemon.Open();
            Training.Repeat();
            BridgeSettings.Changed += FollowSettings;
        }

        public DaemonConnection Daemon { get; }
        public CaptureRun Capture => _capture;
        public TrainingRun Training { get; }
        public Gallery Gallery { get; } = new Gallery();
        public ShotCorrections Corrections { get; }

        /// <summary>The base models that the daemon has, in its order; none before it has answered.</summary>
        public IReadOnlyList<ModelDescription> Models { get; private set; } = new ModelDescription[0];

        /// <summary>Told at most once with each tick.</summary>
        public event Action Changed;

        void Subscribe()
        {
            Daemon.Changed += MarkChanged;
            // The window shows it beside the connection; a capture goes on without a daemon.
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
                // A daemon that does not know the request has none to choose from.
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

        // Of a domain before this one only the daemon has the pictures.
        void FillGallery()
        {
            var character = _capture.Character.Length > 0 ? _capture.Character : Training.Character;
            if (character.Length == 0 || Gallery.Shots.Count > 0) return;
            Daemon.Request(new ShotList { Character = character, Limit = Gallery.Limit }, answer => FetchFrom(answer.Shots, 0), _ => {});
        }

        // One after the other, newest first: the rest is older, should one be gone.
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
            // What was asked went down with the connection.
            if (Daemon.FollowSettings()) Training.Repeat();
        }

        /// <summary>Marks a change that no event reports.</summary>
        internal void MarkChanged() => _isChanged = true;

        /// <summary>Begins a capture, and finds or starts the daemon for it.</summary>
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
        public void Train(string character, string folder = null)
        {
            Daemon.EnsureDaemon();
            Training.Begin(character, folder);
        }

        /// <summary>Lets the last training go on.</summary>
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

        /// <summary>Leaves everything so that a later domain can go on. Within 100 ms: scripts wait to be reloaded.</summary>
        public void Suspend()
        {
            BridgeSettings.Changed -= FollowSettings;
            _capture.Suspend();
            Training.Save();
            Daemon.Close();
        }
    }
}
