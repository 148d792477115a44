#nullable enable
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Outbox;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Connection
{
    /// <summary>Sends and receives over one connection: text messages first, then shots within the daemon's credits, and heartbeats.</summary>
    internal sealed class MessagePump : IDisposable
    {
        // Shots that the daemon had no room for become due again without a signal.
        static readonly TimeSpan MaxSleep = TimeSpan.FromSeconds(1);

        readonly DaemonSocket _socket;
        readonly ShotOutbox? _outbox;
        readonly Action<object> _onMessage;
        readonly Func<bool> _isCallerBehind;
        readonly CancellationTokenSource _end;
        readonly ConcurrentQueue<string> _texts = new ConcurrentQueue<string>();
        readonly SemaphoreSlim _wake = new SemaphoreSlim(0);
        readonly HashSet<string> _inFlight = new HashSet<string>();
        readonly TimeSpan _timeout;
        readonly TimeSpan _heartbeat;
        DateTime _lastReceived = DateTime.UtcNow;
        DateTime _lastSent = DateTime.UtcNow;

        public MessagePump(DaemonSocket socket, ShotOutbox? outbox, Action<object> onMessage, Func<bool> isCallerBehind, CancellationToken cancel)
        {
            _socket = socket;
            _outbox = outbox;
            _onMessage = onMessage;
            _isCallerBehind = isCallerBehind;
            _end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            _timeout = TimeSpan.FromSeconds(socket.Welcome.SilenceSeconds);
            _heartbeat = TimeSpan.FromSeconds(socket.Welcome.SilenceSeconds / 3.0);
        }

        /// <summary>Queues a text message.</summary>
        public void Send(string text)
        {
            _texts.Enqueue(text);
            Wake();
        }

        /// <summary>Signals that there is something new to send.</summary>
        public void Wake()
        {
            if (_wake.CurrentCount == 0) _wake.Release();
        }

        /// <summary>Closes the connection at once.</summary>
        public void Abort()
        {
            _end.Cancel();
            _socket.Dispose();
        }

        /// <summary>Call it once <see cref="Run"/> has ended and <see cref="Abort"/> can no longer be called.</summary>
        public void Dispose() => _end.Dispose();

        /// <summary>Runs until the connection ends. Returns why it ended.</summary>
        public async Task<LoraBridgeException> Run()
        {
            var parts = new[] { Task.Run(ReceiveMessages), Task.Run(SendMessages), Task.Run(WatchForTimeout) };
            var first = await Task.WhenAny(parts).ConfigureAwait(false);
            Abort();
            try
            {
                await Task.WhenAll(parts).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // The first error is the cause; the others follow from it.
            }
            var error = first.Exception?.InnerException;
            return error as LoraBridgeException ?? ConnectionError.Lost(error);
        }

        async Task ReceiveMessages()
        {
            while (true)
            {
                var message = await _socket.ReceiveMessage(_end.Token).ConfigureAwait(false);
                _lastReceived = DateTime.UtcNow;
                if (message == null) continue;
                _onMessage(message);
                if (message is ShotAck ack) Settle(ack.Id);
                else if (message is ShotRefused refusal) Settle(refusal.Id);
                while (_isCallerBehind())
                {
                    _lastReceived = DateTime.UtcNow;
                    await Task.Delay(50, _end.Token).ConfigureAwait(false);
                }
            }
        }

        void Settle(string shot)
        {
            lock (_inFlight) _inFlight.Remove(shot);
            Wake();
        }

        async Task SendMessages()
        {
            while (true)
            {
                if (_texts.TryDequeue(out var text)) await Await(_socket.SendText(text, _end.Token)).ConfigureAwait(false);
                else if (NextShot() is WaitingShot shot) await SendShot(shot).ConfigureAwait(false);
                else
                {
                    var quiet = _lastSent + _heartbeat - DateTime.UtcNow;
                    if (quiet <= TimeSpan.Zero) Send(new Ping { Request = "heartbeat" }.ToJson());
                    else await _wake.WaitAsync(quiet < MaxSleep ? quiet : MaxSleep, _end.Token).ConfigureAwait(false);
                }
            }
        }

        async Task Await(Task sending)
        {
            await sending.ConfigureAwait(false);
            _lastSent = DateTime.UtcNow;
        }

        WaitingShot? NextShot()
        {
            lock (_inFlight)
            {
                if (_outbox == null || _inFlight.Count >= _socket.Welcome.Credits) return null;
                var shot = _outbox.Next(_inFlight);
                if (shot != null) _inFlight.Add(shot.Id);
                return shot;
            }
        }

        async Task SendShot(WaitingShot shot)
        {
            using var file = _outbox!.Open(shot);
            if (file == null) Settle(shot.Id);
            else await Await(_socket.SendFile(file, _end.Token)).ConfigureAwait(false);
        }

        /// <summary>A daemon that sends nothing, not even an answer to a heartbeat, is gone, although the connection was not closed.</summary>
        async Task WatchForTimeout()
        {
            while (DateTime.UtcNow - _lastReceived < _timeout) await Task.Delay(1000, _end.Token).ConfigureAwait(false);
        }
    }
}
