#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Outbox;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Connection
{
    /// <summary>
    /// Maintains the connection to a daemon: finds the daemon, reconnects, resumes the event stream without gaps,
    /// and sends the outbox. It works on background threads and raises its events in <see cref="Drain"/>, on the
    /// caller's thread. No method waits for the network.
    /// </summary>
    public sealed class DaemonClient : IDisposable
    {
        static readonly TimeSpan AbortTimeout = TimeSpan.FromMilliseconds(80);

        readonly DaemonEndpoint _endpoint;
        readonly ShotOutbox? _outbox;
        readonly string _name;
        readonly string _version;
        readonly Inbox _inbox = new Inbox();
        readonly PendingRequests _requests = new PendingRequests();
        readonly CancellationTokenSource _end = new CancellationTokenSource();
        readonly object _lock = new object();
        Task _running = Task.CompletedTask;
        MessagePump? _pump;
        volatile bool _isDisposed;
        volatile ConnectionState _state = ConnectionState.Closed;
        // The last event received, for the next connection; Position is the last one raised.
        Resume? _arrived;

        /// <summary>
        /// Makes a client that does nothing before <see cref="Start"/>. <paramref name="name"/> and <paramref name="version"/> are what the
        /// client reports to the daemon; <paramref name="resume"/> is the <see cref="Position"/> of an earlier client.
        /// </summary>
        public DaemonClient(DaemonEndpoint endpoint, string name, string version, ShotOutbox? outbox = null, Resume? resume = null)
        {
            _endpoint = endpoint;
            _outbox = outbox;
            _name = name;
            _version = version;
            Position = _arrived = resume;
        }

        /// <summary>Every durable event, in order, once.</summary>
        public event Action<DurableEvent>? EventReceived;

        /// <summary>Progress of a job: <see cref="JobProgress"/> or <see cref="JobStep"/>, the latest of each job.</summary>
        public event Action<DaemonMessage>? Progressed;

        /// <summary>A preview sheet, a JPEG file; the latest of each job.</summary>
        public event Action<PreviewMetadata, byte[]>? PreviewReceived;

        /// <summary>The daemon has a shot on disk; it has left the outbox.</summary>
        public event Action<ShotAck>? ShotAcknowledged;

        /// <summary>The daemon refused a shot; true when it stays in the outbox to be sent again.</summary>
        public event Action<ShotRefused, bool>? ShotDeclined;

        /// <summary>
        /// The daemon has accepted the client; false when events may have been missed, so that the state has to be requested
        /// (<see cref="JobList"/>, <see cref="ShotList"/>).
        /// </summary>
        public event Action<Hello, bool>? Connected;

        /// <summary>The connection was lost or could not be made, and why. The client retries; the same reason is not reported twice in a row.</summary>
        public event Action<LoraBridgeException>? Disconnected;

        /// <summary>State of the connection.</summary>
        public ConnectionState State => _state;

        /// <summary>The last event that was raised; pass it to a later client as <c>resume</c>. Null before the first connection.</summary>
        public Resume? Position { get; private set; }

        /// <summary>Starts connecting, and retries until disposed.</summary>
        public void Start()
        {
            if (_state != ConnectionState.Closed || _isDisposed) return;
            _state = ConnectionState.Connecting;
            if (_outbox != null) _outbox.Added += Wake;
            // Not on the caller's synchronisation context, which is Unity's main thread.
            _running = Task.Run(Run);
        }

        /// <summary>
        /// Sends a request as soon as there is a connection, and again after a reconnect. The task fails with the daemon's error, or
        /// with <c>resource.connection.lost</c> if the client is disposed first.
        /// </summary>
        public Task<TAnswer> Request<TAnswer>(ClientRequest<TAnswer> request) where TAnswer : AnswerMessage
        {
            Task<TAnswer> answer;
            lock (_lock)
            {
                string text;
                (text, answer) = _requests.Add(request);
                _pump?.Send(text);
            }
            if (_isDisposed) _requests.Fail(ConnectionError.Lost());
            return answer;
        }

        /// <summary>Raises the events received since the last call. Call it from the editor's update.</summary>
        public void Drain() => _inbox.Drain();

        /// <summary>Ends the client at once, within 100 ms: before a domain reload. Requests fail; shots stay in the outbox.</summary>
        public void Dispose()
        {
            if (_isDisposed) return;
            _isDisposed = true;
            if (_outbox != null) _outbox.Added -= Wake;
            _state = ConnectionState.Closed;
            // Cancelling runs the registered callbacks on the thread that cancels: not on this one, which has a deadline.
            var ending = Task.Run(End);
            Task.WaitAny(new[] { Task.WhenAll(ending, _running) }, AbortTimeout);
        }

        void End()
        {
            _end.Cancel();
            lock (_lock) _pump?.Abort();
            _requests.Fail(ConnectionError.Lost());
        }

        void Wake()
        {
            lock (_lock) _pump?.Wake();
        }

        async Task Run()
        {
            var retry = new Retry(_endpoint);
            string? reported = null;
            while (!_end.IsCancellationRequested)
            {
                LoraBridgeException error;
                var snapshot = _endpoint.Snapshot();
                try
                {
                    using var socket = await DaemonSocket.Open(_endpoint.Find(), Identity(), _end.Token).ConfigureAwait(false);
                    reported = null;
                    retry.Succeeded();
                    error = await Pump(socket).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (_end.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception fault)
                {
                    error = fault as LoraBridgeException ?? ConnectionError.Lost(fault);
                }
                if (_end.IsCancellationRequested) return;
                // Report a reason once: a daemon may be absent for hours.
                if (reported != error.Message) _inbox.Add(() => Disconnected?.Invoke(error));
                reported = error.Message;
                await retry.Wait(error, snapshot, _end.Token).ConfigureAwait(false);
            }
        }

        Identify Identity() => new Identify { Client = _name, ClientVersion = _version, Resume = _arrived };

        async Task<LoraBridgeException> Pump(DaemonSocket socket)
        {
            var complete = _arrived != null && socket.Hello.Epoch == _arrived.Epoch && socket.Welcome.ReplayFrom == _arrived.Sequence + 1;
            var start = new Resume { Epoch = socket.Hello.Epoch, Sequence = socket.Welcome.ReplayFrom - 1 };
            _arrived = start;
            var hello = socket.Hello;
            _inbox.Add(() =>
            {
                Position = start;
                Connected?.Invoke(hello, complete);
            });
            var pump = new MessagePump(socket, _outbox, OnMessage, () => _inbox.IsFull, _end.Token);
            lock (_lock)
            {
                // Under one lock, or a request that is made concurrently would be sent twice or not at all.
                foreach (var text in _requests.Texts()) pump.Send(text);
                _pump = pump;
                if (!_isDisposed) _state = ConnectionState.Connected;
            }
            try
            {
                return await pump.Run().ConfigureAwait(false);
            }
            finally
            {
                lock (_lock)
                {
                    _pump = null;
                    pump.Dispose();
                    if (!_isDisposed) _state = ConnectionState.Connecting;
                }
            }
        }

        void OnMessage(object message)
        {
            switch (message)
            {
                case AnswerMessage answer:
                    _requests.Settle(answer);
                    break;
                case DurableEvent happening:
                    var position = _arrived = new Resume { Epoch = _arrived!.Epoch, Sequence = happening.Sequence };
                    _inbox.Add(() =>
                    {
                        Position = position;
                        EventReceived?.Invoke(happening);
                    });
                    break;
                case JobStep step:
                    _inbox.Coalesce("step " + step.Job, () => Progressed?.Invoke(step));
                    break;
                case JobProgress progress:
                    _inbox.Coalesce("progress " + progress.Job, () => Progressed?.Invoke(progress));
                    break;
                case Frame frame when frame.Kind == FrameKind.Preview:
                    var metadata = frame.ReadPreview();
                    var jpeg = frame.Bytes.ToArray();
                    _inbox.Coalesce("preview " + metadata.Job, () => PreviewReceived?.Invoke(metadata, jpeg));
                    break;
                case ShotAck ack:
                    _outbox?.Acknowledge(ack.Id);
                    _inbox.Add(() => ShotAcknowledged?.Invoke(ack));
                    break;
                case ShotRefused refusal:
                    var stays = _outbox?.Refuse(refusal.Id, refusal.Error) ?? false;
                    _inbox.Add(() => ShotDeclined?.Invoke(refusal, stays));
                    break;
            }
        }
    }
}
