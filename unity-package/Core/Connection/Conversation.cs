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
    /// <summary>What goes over one connection: texts first, then shots as far as the daemon's credits reach, and signs of life.</summary>
    internal sealed class Conversation : IDisposable
    {
        // Shots that the daemon had no room for come up again without anybody saying so.
        static readonly TimeSpan _longestSleep = TimeSpan.FromSeconds(1);

        readonly Link _link;
        readonly ShotOutbox? _outbox;
        readonly Action<object> _hear;
        readonly Func<bool> _isCallerBehind;
        readonly CancellationTokenSource _end;
        readonly ConcurrentQueue<string> _texts = new ConcurrentQueue<string>();
        readonly SemaphoreSlim _wake = new SemaphoreSlim(0);
        readonly HashSet<string> _underWay = new HashSet<string>();
        readonly TimeSpan _silence;
        readonly TimeSpan _heartbeat;
        DateTime _heardAt = DateTime.UtcNow;
        DateTime _spokeAt = DateTime.UtcNow;

        public Conversation(Link link, ShotOutbox? outbox, Action<object> hear, Func<bool> isCallerBehind, CancellationToken cancel)
        {
            _link = link;
            _outbox = outbox;
            _hear = hear;
            _isCallerBehind = isCallerBehind;
            _end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            _silence = TimeSpan.FromSeconds(link.Welcome.SilenceSeconds);
            _heartbeat = TimeSpan.FromSeconds(link.Welcome.SilenceSeconds / 3.0);
        }

        /// <summary>Sends a text in its turn.</summary>
        public void Say(string text)
        {
            _texts.Enqueue(text);
            Wake();
        }

        /// <summary>There is something new to send.</summary>
        public void Wake()
        {
            if (_wake.CurrentCount == 0) _wake.Release();
        }

        /// <summary>Ends it at once.</summary>
        public void Abort()
        {
            _end.Cancel();
            _link.Dispose();
        }

        /// <summary>To be called when it has ended, and nobody can call <see cref="Abort"/> any more.</summary>
        public void Dispose() => _end.Dispose();

        /// <summary>Goes on until the connection ends. Returns why it did.</summary>
        public async Task<LoraBridgeException> Run()
        {
            var parts = new[] { Task.Run(Listen), Task.Run(Speak), Task.Run(Watch) };
            var first = await Task.WhenAny(parts).ConfigureAwait(false);
            Abort();
            try
            {
                await Task.WhenAll(parts).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // What counts is the first one's.
            }
            var error = first.Exception?.InnerException;
            return error as LoraBridgeException ?? Link.Lost(error);
        }

        async Task Listen()
        {
            while (true)
            {
                var message = await _link.ReceiveMessage(_end.Token).ConfigureAwait(false);
                _heardAt = DateTime.UtcNow;
                if (message == null) continue;
                _hear(message);
                if (message is ShotAck ack) Settle(ack.Id);
                else if (message is ShotRefused refusal) Settle(refusal.Id);
                while (_isCallerBehind())
                {
                    _heardAt = DateTime.UtcNow;
                    await Task.Delay(50, _end.Token).ConfigureAwait(false);
                }
            }
        }

        void Settle(string shot)
        {
            lock (_underWay) _underWay.Remove(shot);
            Wake();
        }

        async Task Speak()
        {
            while (true)
            {
                if (_texts.TryDequeue(out var text)) await Send(_link.SendText(text, _end.Token)).ConfigureAwait(false);
                else if (NextShot() is WaitingShot shot) await SendShot(shot).ConfigureAwait(false);
                else
                {
                    var quiet = _spokeAt + _heartbeat - DateTime.UtcNow;
                    if (quiet <= TimeSpan.Zero) Say(new Ping { Request = "heartbeat" }.ToJson());
                    else await _wake.WaitAsync(quiet < _longestSleep ? quiet : _longestSleep, _end.Token).ConfigureAwait(false);
                }
            }
        }

        async Task Send(Task sending)
        {
            await sending.ConfigureAwait(false);
            _spokeAt = DateTime.UtcNow;
        }

        WaitingShot? NextShot()
        {
            lock (_underWay)
            {
                if (_outbox == null || _underWay.Count >= _link.Welcome.Credits) return null;
                var shot = _outbox.Next(_underWay);
                if (shot != null) _underWay.Add(shot.Id);
                return shot;
            }
        }

        async Task SendShot(WaitingShot shot)
        {
            using var file = _outbox!.Open(shot);
            if (file == null) Settle(shot.Id);
            else await Send(_link.SendFile(file, _end.Token)).ConfigureAwait(false);
        }

        /// <summary>A daemon that says nothing, not even to a heartbeat, is gone, although nobody has closed the connection.</summary>
        async Task Watch()
        {
            while (DateTime.UtcNow - _heardAt < _silence) await Task.Delay(1000, _end.Token).ConfigureAwait(false);
        }
    }
}
