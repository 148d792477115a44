#nullable enable
using System;
using System.Collections.Concurrent;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Connection;
using LoraBridge.Core.Daemon;
using LoraBridge.Core.Outbox;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Texts;
using UnityEngine;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>The editor's only connection to the daemon, and the outbox. It opens when first needed.</summary>
    sealed class DaemonConnection
    {
        const string ClientName = "Unity editor";

        readonly ConcurrentQueue<Action> _answers = new ConcurrentQueue<Action>();
        readonly PersistedText _persisted;
        DaemonClient? _client;
        DaemonEndpoint? _endpoint;
        LoraBridgeException? _error;
        string? _place;
        CancellationTokenSource? _starting;

        public DaemonConnection(string folder)
        {
            _persisted = new PersistedText(folder, "position");
            Outbox = new ShotOutbox(Path.Combine(folder, "outbox"));
        }

        /// <summary>Shots waiting to be sent.</summary>
        public ShotOutbox Outbox { get; }

        /// <summary>The connection is established; false if events may have been missed.</summary>
        public event Action<bool>? Connected;

        /// <summary>A durable event.</summary>
        public event Action<DurableEvent>? EventReceived;

        /// <summary>Progress of a training.</summary>
        public event Action<JobStep>? StepReceived;

        /// <summary>A shot was refused.</summary>
        public event Action<ShotRefused>? Refused;

        /// <summary>No daemon could be found or started.</summary>
        public event Action<LoraBridgeException>? Failed;

        /// <summary>The connection's state has changed.</summary>
        public event Action? Changed;

        /// <summary>State of the connection to the daemon.</summary>
        public ConnectionState State => _client?.State ?? ConnectionState.Closed;

        /// <summary>Why the last attempt to find or start a daemon failed; null otherwise.</summary>
        public LoraBridgeException? StartError { get; private set; }

        /// <summary>Why there is no connection; null while connected, or before the first attempt.</summary>
        public LoraBridgeException? Error => State == ConnectionState.Connected || _starting != null ? null : _error;

        /// <summary>Checks in the background whether a daemon could be started; <paramref name="onFound"/> is called with a later <see cref="Drain"/>.</summary>
        public void FindInstallation(Action<Installation> onFound)
          => Installation.Find(BridgeSettings.instance.Daemon).ContinueWith(task => _answers.Enqueue(() =>
          {
              if (task.Status == TaskStatus.RanToCompletion) onFound(task.Result);
          }), TaskScheduler.Default);

        /// <summary>State of the connection, for the user.</summary>
        public string StatusText
        {
            get
            {
                if (_client == null) return "";
                var text = _starting != null ? Localization.Get(Text.StartingDaemon) : State == ConnectionState.Connected ? Localization.Get(Text.Connected)
                    : _error != null ? Localization.Get(Text.NoDaemon, $"{_error.Message} {_error.Hint}")
                    : Localization.Get(Text.Connecting);
                return Outbox.Count == 0 ? text : text + " " + Localization.Get(Text.ShotsWaiting, Outbox.Count);
            }
        }

        /// <summary>Finds the daemon, or starts one. Errors are raised as <see cref="Failed"/>.</summary>
        public void EnsureDaemon()
        {
            Open();
            if (_starting != null) return;
            StartError = null;
            var starting = _starting = new CancellationTokenSource();
            new DaemonStarter(BridgeSettings.instance.Daemon).EnsureAsync(starting.Token).ContinueWith(task => _answers.Enqueue(() =>
            {
                if (starting.IsCancellationRequested) return;
                _starting = null;
                if (task.Exception?.InnerException is Exception error)
                {
                    StartError = _error = error as LoraBridgeException ?? new LoraBridgeException("internal", error.Message);
                    Failed?.Invoke(_error);
                }
                Changed?.Invoke();
            }), TaskScheduler.Default);
        }

        /// <summary>Starts connecting to the daemon.</summary>
        public void Open() => Connect();

        (DaemonClient client, DaemonEndpoint endpoint) Connect()
        {
            if (_client != null && _endpoint != null) return (_client, _endpoint);
            _place = Place();
            _error = null;
            var endpoint = _endpoint = BridgeSettings.instance.Daemon.Endpoint;
            var client = _client = new DaemonClient(endpoint, ClientName, Application.unityVersion, Outbox, Position());
            client.Connected += (_, isComplete) =>
            {
                _error = null;
                Connected?.Invoke(isComplete);
                Changed?.Invoke();
            };
            client.Disconnected += error =>
            {
                _error = error;
                Changed?.Invoke();
            };
            client.EventReceived += received => EventReceived?.Invoke(received);
            client.Progressed += message =>
            {
                if (message is JobStep step) StepReceived?.Invoke(step);
            };
            client.ShotAcknowledged += _ => Changed?.Invoke();
            client.ShotDeclined += (refusal, _) => Refused?.Invoke(refusal);
            client.Start();
            return (client, endpoint);
        }

        /// <summary>Reconnects if the settings name another daemon. Returns whether they do.</summary>
        public bool FollowSettings()
        {
            if (_client == null || _place == Place()) return false;
            Close();
            Open();
            return true;
        }

        static string Place()
        {
            var settings = BridgeSettings.instance;
            return string.Join("\n", settings.Address, settings.Token, settings.Descriptor);
        }

        /// <summary>Raises events and delivers answers. Call it with each update.</summary>
        public void Drain()
        {
            _client?.Drain();
            while (_answers.TryDequeue(out var answer)) answer();
        }

        /// <summary>Sends a request, now or once there is a connection; a later <see cref="Drain"/> calls one of the callbacks.</summary>
        public void Request<T>(ClientRequest<T> request, Action<T> answer, Action<LoraBridgeException> fail) where T : AnswerMessage
        {
            Connect().client.Request(request).ContinueWith(task => _answers.Enqueue(() =>
            {
                if (task.Status == TaskStatus.RanToCompletion) answer(task.Result);
                else fail(task.Exception?.InnerException as LoraBridgeException ?? new LoraBridgeException("internal", "The request was not answered."));
            }), TaskScheduler.Default);
        }

        /// <summary>Downloads a file of the daemon's; a failure is only logged.</summary>
        public void Fetch(string path, Action<byte[]> answer)
        {
            var (_, endpoint) = Connect();
            Task.Run(() => DaemonHttp.Get(endpoint.Find(), path)).ContinueWith(task => _answers.Enqueue(() =>
            {
                if (task.Status == TaskStatus.RanToCompletion) answer(task.Result);
                else Debug.LogWarning($"LoRA Bridge: {path}: {task.Exception?.InnerException?.Message}");
            }), TaskScheduler.Default);
        }

        /// <summary>Ends the connection at once; shots stay in the outbox.</summary>
        public void Close()
        {
            if (_client == null) return;
            _starting?.Cancel();
            _starting = null;
            if (_client.Position is Resume position) _persisted.Write(position.ToJson());
            _client.Dispose();
            _client = null;
        }

        Resume? Position() => _persisted.Read(text =>
        {
            try
            {
                return Resume.Parse(text);
            }
            catch (LoraBridgeException error)
            {
                throw new FormatException(error.Message, error);
            }
        });
    }
}
