#nullable enable
using System;
using System.IO;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Connection
{
    /// <summary>A WebSocket to the daemon, after the handshake. One thread at a time may send and one receive.</summary>
    internal sealed class DaemonSocket : IDisposable
    {
        static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

        // A message of the daemon is never longer than the longest picture with its metadata.
        const int MaxMessageBytes = (64 << 20) + Frame.MaxHeadBytes;
        const int ChunkBytes = 64 << 10;

        readonly ClientWebSocket _socket = new ClientWebSocket();
        readonly byte[] _chunk = new byte[ChunkBytes];
        byte[] _received = new byte[ChunkBytes];

        public Hello Hello { get; private set; } = new Hello();
        public Welcome Welcome { get; private set; } = new Welcome();

        /// <summary>
        /// Opens a connection and identifies. Throws <c>state.daemon.absent</c>, <c>state.access.denied</c>, <c>state.protocol.version</c>,
        /// <c>resource.connection.lost</c>.
        /// </summary>
        public static async Task<DaemonSocket> Open(Descriptor descriptor, Identify identity, CancellationToken cancel)
        {
            var socket = new DaemonSocket();
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            timeout.CancelAfter(HandshakeTimeout);
            try
            {
                await socket.Connect(descriptor, timeout.Token).ConfigureAwait(false);
                await socket.Identify(identity, timeout.Token).ConfigureAwait(false);
                return socket;
            }
            catch (Exception error)
            {
                socket.Dispose();
                cancel.ThrowIfCancellationRequested();
                if (error is LoraBridgeException) throw;
                throw ConnectionError.Lost(error);
            }
        }

        async Task Connect(Descriptor descriptor, CancellationToken cancel)
        {
            _socket.Options.SetRequestHeader("Authorization", "Bearer " + descriptor.Token);
            // MessagePump sends heartbeats as messages: ClientWebSocket does not report pong frames.
            _socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            // The daemon is never behind a proxy.
            _socket.Options.Proxy = null;
            var url = new Uri("ws" + descriptor.Url.Substring("http".Length) + "/socket");
            try
            {
                await _socket.ConnectAsync(url, cancel).ConfigureAwait(false);
            }
            catch (Exception error) when (!(error is OperationCanceledException))
            {
                throw await ConnectionError.Diagnose(descriptor, error).ConfigureAwait(false);
            }
        }

        async Task Identify(Identify identity, CancellationToken cancel)
        {
            while (true)
            {
                switch (await ReceiveMessage(cancel).ConfigureAwait(false))
                {
                    case Hello hello:
                        Hello = hello;
                        if (hello.Protocol != ProtocolVersion.Number) throw ConnectionError.OtherVersion(hello.Protocol);
                        await SendText(identity.ToJson(), cancel).ConfigureAwait(false);
                        break;
                    case Welcome welcome:
                        Welcome = welcome;
                        return;
                }
            }
        }

        public Task SendText(string text, CancellationToken cancel)
            => _socket.SendAsync(new ArraySegment<byte>(Encoding.UTF8.GetBytes(text)), WebSocketMessageType.Text, true, cancel);

        /// <summary>Sends a file as one binary message, in chunks.</summary>
        public async Task SendFile(FileStream file, CancellationToken cancel)
        {
            for (var left = file.Length; left > 0; )
            {
                var count = await file.ReadAsync(_chunk, 0, (int)Math.Min(left, ChunkBytes), cancel).ConfigureAwait(false);
                if (count == 0) throw new EndOfStreamException($"{file.Name} has become shorter.");
                left -= count;
                await _socket.SendAsync(new ArraySegment<byte>(_chunk, 0, count), WebSocketMessageType.Binary, left == 0, cancel)
                    .ConfigureAwait(false);
            }
        }

        /// <summary>The next message: a DaemonMessage, or a Frame that is valid until the next call. Null for a message that only a newer daemon knows.</summary>
        public async Task<object?> ReceiveMessage(CancellationToken cancel)
        {
            var length = 0;
            while (true)
            {
                if (length == _received.Length) Array.Resize(ref _received, Math.Min(length * 2, MaxMessageBytes));
                var part = await _socket.ReceiveAsync(new ArraySegment<byte>(_received, length, _received.Length - length), cancel)
                    .ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close) throw ConnectionError.Closed((int?)part.CloseStatus ?? 0, Hello.Protocol);
                length += part.Count;
                if (part.EndOfMessage)
                {
                    var message = Read(part.MessageType, length);
                    // One large preview must not hold its memory for good.
                    if (_received.Length > 16 * ChunkBytes && length < ChunkBytes) _received = new byte[ChunkBytes];
                    return message;
                }
                if (length == MaxMessageBytes) throw new LoraBridgeException("protocol.frame.malformed", "A message of the daemon is too long.");
            }
        }

        object? Read(WebSocketMessageType type, int length)
        {
            if (type == WebSocketMessageType.Binary) return Frame.Open(new ArraySegment<byte>(_received, 0, length));
            try
            {
                return DaemonMessage.Parse(Encoding.UTF8.GetString(_received, 0, length));
            }
            catch (LoraBridgeException error) when (error.Code == "input.message.invalid")
            {
                return null;
            }
        }

        /// <summary>Ends the connection at once, without a closing handshake. Pending calls fail.</summary>
        public void Dispose()
        {
            _socket.Abort();
            _socket.Dispose();
        }
    }
}
