using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using Newtonsoft.Json.Linq;

namespace LoraBridge.EndToEnd
{
    /// <summary>Queries the daemon independently, without any code of the package.</summary>
    sealed class DaemonQuery : IDisposable
    {
        readonly ClientWebSocket _socket = new ClientWebSocket();
        readonly JObject _descriptor;
        int _requests;

        /// <summary>Connects to the daemon of a data folder.</summary>
        public DaemonQuery(string home)
        {
            _descriptor = DaemonProcess.Descriptor(home) ?? throw new InvalidOperationException("No daemon runs.");
            _socket.Options.SetRequestHeader("Authorization", $"Bearer {_descriptor["token"]}");
            var address = new Uri(((string)_descriptor["url"]).Replace("http:", "ws:") + "/socket");
            _socket.ConnectAsync(address, CancellationToken.None).Wait();
            Expect("hello");
            Send(new JObject { ["type"] = "identify", ["protocol"] = 1, ["client"] = "query", ["clientVersion"] = "0" });
            Expect("welcome");
        }

        /// <summary>All shots of a character, oldest first.</summary>
        public List<JObject> Shots(string character) =>
            Ask(new JObject { ["type"] = "shot.list", ["character"] = character }, "shots").Cast<JObject>()
                .OrderBy(shot => (string)shot["receivedAt"], StringComparer.Ordinal).ToList();

        /// <summary>All jobs.</summary>
        public List<JObject> Jobs() => Ask(new JObject { ["type"] = "job.list" }, "jobs").Cast<JObject>().ToList();

        /// <summary>SHA-256 of the bytes that the daemon gives for a path.</summary>
        public string Sha256(string path)
        {
            using var client = new HttpClient();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)_descriptor["token"]);
            byte[] bytes = client.GetByteArrayAsync(_descriptor["url"] + path).Result;
            using var algorithm = SHA256.Create();
            return string.Concat(algorithm.ComputeHash(bytes).Select(b => b.ToString("x2")));
        }

        JToken Ask(JObject request, string field)
        {
            string id = $"{++_requests}";
            request["request"] = id;
            Send(request);
            for (; ; )
            {
                var answer = Receive();
                if ((string)answer["request"] == id) return answer[field] ?? throw new InvalidDataException(answer.ToString());
            }
        }

        void Expect(string type)
        {
            var message = Receive();
            if ((string)message["type"] != type) throw new InvalidDataException($"{type} was expected, not {message}");
        }

        void Send(JObject message) => _socket.SendAsync(new ArraySegment<byte>(Encoding.UTF8.GetBytes(message.ToString())),
            WebSocketMessageType.Text, true, CancellationToken.None).Wait();

        JObject Receive()
        {
            var buffer = new byte[1 << 16];
            for (; ; )
            {
                var message = new MemoryStream();
                WebSocketReceiveResult part;
                do
                {
                    using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                    part = _socket.ReceiveAsync(new ArraySegment<byte>(buffer), timeout.Token).Result;
                    if (part.MessageType == WebSocketMessageType.Close) throw new InvalidDataException($"closed: {part.CloseStatusDescription}");
                    message.Write(buffer, 0, part.Count);
                }
                while (!part.EndOfMessage);
                // Previews are of no interest.
                if (part.MessageType == WebSocketMessageType.Text) return JObject.Parse(Encoding.UTF8.GetString(message.ToArray()));
            }
        }

        public void Dispose() => _socket.Dispose();
    }
}
