#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Connection
{
    /// <summary>Exponential backoff between two attempts to connect, cut short when the descriptor changes.</summary>
    internal sealed class Retry
    {
        static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
        static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

        // A refusal repeats until the user changes something.
        static readonly TimeSpan DelayAfterRefusal = TimeSpan.FromSeconds(5);
        static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

        readonly DaemonEndpoint _endpoint;
        TimeSpan _delay = FirstDelay;

        public Retry(DaemonEndpoint endpoint) => _endpoint = endpoint;

        public void Succeeded() => _delay = FirstDelay;

        /// <summary>Waits after <paramref name="error"/>. <paramref name="snapshot"/> is the endpoint's snapshot before the attempt.</summary>
        public async Task Wait(LoraBridgeException error, string? snapshot, CancellationToken cancel)
        {
            var isTransient = error.Code == "resource.connection.lost" || error.Code == "state.daemon.absent";
            var left = isTransient ? _delay : DelayAfterRefusal;
            _delay = TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, MaxDelay.Ticks));
            while (left > TimeSpan.Zero && !cancel.IsCancellationRequested)
            {
                var slice = left < PollInterval ? left : PollInterval;
                left -= slice;
                await Task.WhenAny(Task.Delay(slice, cancel)).ConfigureAwait(false);
                if (_endpoint.Snapshot() != snapshot) return;
            }
        }
    }
}
