#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Plans;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Texts;
using UnityEngine;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>The current or last training: its state, loss, previews and remaining time.</summary>
    public sealed class TrainingRun
    {
        // More points than a curve has pixels.
        const int MaxPoints = 4000;

        readonly PersistedText _persisted;
        readonly DaemonConnection _daemon;
        readonly List<(int step, float loss)> _losses = new List<(int, float)>();
        readonly List<Preview> _previews = new List<Preview>();
        TrainingRecord? _record;
        JobStep? _latest;
        WireError? _error;

        internal TrainingRun(string folder, DaemonConnection daemon)
        {
            _persisted = new PersistedText(folder, "training");
            _daemon = daemon;
            Restore();
        }

        /// <summary>Something has changed.</summary>
        internal event Action? Changed;

        /// <summary>Whether a training was requested and has not ended.</summary>
        public bool IsUnderWay => _record != null && !_record.HasEnded;

        /// <summary>The daemon's state of the job; null before it has answered.</summary>
        public JobState? State { get; private set; }

        /// <summary>Whether it ended before its last step and can be resumed.</summary>
        public bool IsResumable => _record != null && _record.HasEnded && _record.IsResumable;

        /// <summary>The id of the job; empty before the first.</summary>
        public string Job => _record?.Job ?? "";

        /// <summary>The loss of each reported step.</summary>
        public IReadOnlyList<(int step, float loss)> Losses => _losses;

        /// <summary>The daemon's report on the prepared dataset; null before it has arrived.</summary>
        public DatasetReport? Dataset { get; private set; }

        /// <summary>The preview sheets, by their step; the first is the base model's where its step is 0.</summary>
        public IReadOnlyList<Preview> Previews => _previews;

        /// <summary>Paths of the written files, once it has succeeded.</summary>
        public IReadOnlyList<string> Files { get; private set; } = new string[0];

        /// <summary>The trained file in kohya's layout if it is on this machine; null otherwise.</summary>
        public string? Lora => Files.FirstOrDefault(file => file.EndsWith("lora.safetensors", StringComparison.Ordinal) && File.Exists(file));

        /// <summary>Why it failed; null if it did not.</summary>
        public LoraBridgeException? Error => State == JobState.Failed && _error != null ? new LoraBridgeException(_error) : null;

        /// <summary>The current or last status, for the user.</summary>
        public string StatusText { get; private set; } = "";

        internal string Character => _record?.Character ?? "";

        internal void Begin(string character, string? folder)
        {
            if (IsUnderWay) throw new InvalidOperationException("A training is already running.");
            var record = _record = new TrainingRecord { Job = Guid.NewGuid().ToString("D"), Character = character, Folder = folder ?? "" };
            State = null;
            Files = new string[0];
            Dataset = null;
            _losses.Clear();
            _previews.Clear();
            _latest = null;
            _error = null;
            StatusText = Localization.Get(Text.TrainingQueued);
            Save();
            RequestJob(record);
        }

        internal void Resume()
        {
            if (_record == null || !IsResumable) return;
            _error = null;
            _daemon.Request(new JobResume { Job = _record.Job }, answer => Describe(answer.Job), Fail);
        }

        void RequestJob(TrainingRecord record)
        {
            if (record.IsStarted)
            {
                _daemon.Request(new JobStatus { Job = record.Job }, answer => Describe(answer.Job), _ => {});
                return;
            }
            var options = BridgeSettings.instance.Training;
            _daemon.Request(new JobStart
            {
                Job = record.Job,
                Character = record.Character,
                Folder = record.Folder.Length > 0 ? record.Folder : null,
                Options = new TrainOptions
                {
                    Base = options.BaseModel,
                    Prompt = BridgeSettings.instance.PromptFor(record.Character),
                    Steps = options.Steps,
                    Rank = options.Rank,
                    LearningRate = options.LearningRate,
                    PreviewEvery = options.PreviewEvery,
                    Precision = options.Precision,
                },
            }, answer => Describe(answer.Job), Fail);
        }

        internal void Stop()
        {
            if (_record == null || !IsUnderWay) return;
            _daemon.Request(new JobStop { Job = _record.Job }, answer => Describe(answer.Job), error => Debug.LogWarning(error.Message));
        }

        void Describe(JobDescription job)
        {
            if (_record == null || job.Id != _record.Job) return;
            _record.IsStarted = true;
            _record.IsResumable = job.Resumable;
            SetState(_record, job.State, job.Files, job.Error);
            Save();
        }

        void Fail(LoraBridgeException error)
        {
            // The connection is closed before a domain reload; the same request is sent again afterwards.
            if (_record == null || error.Code == "resource.connection.lost") return;
            SetState(_record, JobState.Failed, null, new WireError { Code = error.Code, Message = error.Message, Hint = error.Hint });
        }

        internal void OnEvent(DurableEvent received)
        {
            if (!(_record is TrainingRecord record)) return;
            switch (received)
            {
                case JobChanged changed when changed.Job == Job:
                    SetState(record, changed.State, null, null);
                    break;
                case JobFinished finished when finished.Job == Job:
                    record.IsResumable = finished.Resumable;
                    SetState(record, finished.State, finished.Files, finished.Error);
                    break;
                case JobPrepared prepared when prepared.Job == Job:
                    Dataset = prepared.Report;
                    record.Dataset = prepared.Report?.ToJson() ?? "";
                    Save();
                    Changed?.Invoke();
                    break;
                case PreviewAvailable preview when preview.Job == Job:
                    record.Previews.Add(new PreviewRecord { Step = (int)preview.Step, Prompt = preview.Prompt, Url = preview.Url });
                    Save();
                    Fetch(record.Previews.Last());
                    break;
            }
        }

        internal void OnStep(JobStep step)
        {
            if (step.Job != Job) return;
            _latest = step;
            if (_losses.Count == MaxPoints) Decimate();
            _losses.Add(((int)step.Step, (float)step.Loss));
            UpdateStatus();
        }

        // Keeping every other point preserves the curve's shape and the beginning of a long training.
        void Decimate()
        {
            var half = _losses.Where((_, index) => index % 2 == 0).ToList();
            _losses.Clear();
            _losses.AddRange(half);
        }

        void Fetch(PreviewRecord preview) => _daemon.Fetch(preview.Url, picture =>
        {
            _previews.RemoveAll(other => other.Step == preview.Step);
            _previews.Add(new Preview(preview.Step, preview.Prompt, picture));
            _previews.Sort((a, b) => a.Step.CompareTo(b.Step));
            Changed?.Invoke();
        });

        void SetState(TrainingRecord record, JobState state, IReadOnlyList<string>? files, WireError? error)
        {
            State = state;
            record.HasEnded = state == JobState.Succeeded || state == JobState.Failed || state == JobState.Cancelled
                || state == JobState.Interrupted || state == JobState.Unknown;
            if (files != null) Files = files;
            _error = error ?? _error;
            if (record.HasEnded) Save();
            UpdateStatus();
        }

        void UpdateStatus()
        {
            StatusText = State switch
            {
                JobState.Succeeded => Localization.Get(Text.TrainingSucceeded, string.Join(", ", Files)),
                JobState.Failed => Localization.Get(Text.TrainingFailed, $"{_error?.Message} {_error?.Hint}"),
                JobState.Cancelled => Localization.Get(Text.TrainingCancelled),
                JobState.Interrupted => Localization.Get(Text.TrainingInterrupted),
                _ when _latest != null => Localization.Get(Text.TrainingRuns, _latest.Step, _latest.Steps, _latest.Loss)
                    + " · " + Localization.Get(Text.TimeLeft, PlanText.Duration(TimeSpan.FromSeconds(_latest.EtaSeconds))),
                _ => Localization.Get(Text.TrainingQueued),
            };
            Changed?.Invoke();
        }

        /// <summary>Saves what a later domain needs.</summary>
        internal void Save()
        {
            if (_record == null) return;
            _record.Steps = _losses.Select(point => point.step).ToList();
            _record.Losses = _losses.Select(point => point.loss).ToList();
            _persisted.Write(JsonUtility.ToJson(_record));
        }

        void Restore()
        {
            _record = _persisted.Read(TrainingRecord.Parse);
            if (_record == null) return;
            Dataset = ReadDataset(_record.Dataset);
            _losses.AddRange(_record.Steps.Zip(_record.Losses, (step, loss) => (step, loss)));
            StatusText = Localization.Get(Text.TrainingQueued);
        }

        static DatasetReport? ReadDataset(string json)
        {
            try
            {
                return json.Length > 0 ? DatasetReport.Parse(json) : null;
            }
            catch (LoraBridgeException)
            {
                // Saved by another version of the package: the next training brings a new one.
                return null;
            }
        }

        /// <summary>Requests what happened in the meantime. Called with each new connection.</summary>
        internal void Reconnect()
        {
            if (_record == null) return;
            foreach (var preview in _record.Previews)
                if (_previews.All(known => known.Step != preview.Step)) Fetch(preview);
            // Before the daemon has answered, the client itself repeats the pending request.
            if (State != null || _record.IsStarted) RequestJob(_record);
        }

        /// <summary>Sends the request again that was lost with an earlier domain or connection.</summary>
        internal void Repeat()
        {
            if (_record != null && IsUnderWay && !_record.IsStarted) RequestJob(_record);
        }
    }
}
