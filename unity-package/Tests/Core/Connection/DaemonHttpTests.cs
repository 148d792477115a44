using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using LoraBridge.Core.Connection;
using LoraBridge.Core.Protocol;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Connection
{
    public class DaemonHttpTests
    {
        /// <summary>Answers every request with its own first line and headers.</summary>
        sealed class Mirror : IDisposable
        {
            readonly TcpListener _listener = new TcpListener(IPAddress.Loopback, 0);
            readonly string _status;

            public Mirror(string status = "200 OK")
            {
                _status = status;
                _listener.Start();
                Task.Run(Serve);
            }

            public int Requests { get; private set; }
            public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

            async Task Serve()
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    Requests++;
                    var stream = client.GetStream();
                    var reader = new StreamReader(stream);
                    var text = "";
                    for (string line; (line = await reader.ReadLineAsync()) is string && line != ""; ) text += line + "\n";
                    var body = Encoding.UTF8.GetBytes(text);
                    var head = Encoding.ASCII.GetBytes($"HTTP/1.1 {_status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
                    await stream.WriteAsync(head, 0, head.Length);
                    await stream.WriteAsync(body, 0, body.Length);
                }
            }

            public void Dispose() => _listener.Stop();
        }

        static string Get(Descriptor daemon, string path) => Encoding.UTF8.GetString(DaemonHttp.Get(daemon, path).GetAwaiter().GetResult());

        [Test]
        public void TheTokenNeverGoesToAProxy()
        {
            var before = (WebRequest.DefaultWebProxy, Environment.GetEnvironmentVariable("http_proxy"));
            using var proxy = new Mirror();
            using var daemon = new Mirror();
            try
            {
                // Runtimes differ in where they look for one.
                WebRequest.DefaultWebProxy = new WebProxy(proxy.Url);
                Environment.SetEnvironmentVariable("http_proxy", proxy.Url);
                var said = Get(new Descriptor { Url = daemon.Url, Token = "secret" }, "/pictures/1");
                Assert.That(proxy.Requests, Is.Zero, "the proxy received requests");
                Assert.That(said, Does.StartWith("GET /pictures/1 ").And.Contain("Bearer secret"));
            }
            finally
            {
                WebRequest.DefaultWebProxy = before.Item1;
                Environment.SetEnvironmentVariable("http_proxy", before.Item2);
            }
        }

        [Test]
        public void WhatCannotBeHadIsNamed()
        {
            using var gone = new Mirror("404 Not Found");
            Assert.That(Assert.Throws<LoraBridgeException>(() => Get(new Descriptor { Url = gone.Url, Token = "t" }, "/x")).Code, Is.EqualTo("input.file.missing"));
            using var closed = new Mirror("401 Unauthorized");
            Assert.That(Assert.Throws<LoraBridgeException>(() => Get(new Descriptor { Url = closed.Url, Token = "t" }, "/x")).Code, Is.EqualTo("state.access.denied"));
            string url;
            using (var ended = new Mirror()) url = ended.Url;
            Assert.That(Assert.Throws<LoraBridgeException>(() => Get(new Descriptor { Url = url, Token = "t" }, "/x")).Code, Is.EqualTo("resource.connection.lost"));
        }

        [TestCase("192.168.0.7:8123", "http://192.168.0.7:8123")]
        [TestCase(" render-box:8123/ ", "http://render-box:8123")]
        [TestCase("https://box.example/", "https://box.example")]
        public void AnAddressMayLackItsScheme(string written, string meant)
          => Assert.That(DaemonEndpoint.At(written, "t").Find().Url, Is.EqualTo(meant));

        [TestCase("ftp://box")]
        [TestCase("http://")]
        [TestCase("my box")]
        [TestCase("ws://box:1/socket")]
        public void WhatIsNoAddressIsReported(string written)
        {
            var error = Assert.Throws<LoraBridgeException>(() => DaemonEndpoint.At(written, "t").Find());
            Assert.That(error.Code, Is.EqualTo("input.option.invalid"));
            Assert.That(error.Message, Does.Contain(written));
            Assert.That(error.Hint, Does.Contain("http://HOST:PORT"));
        }
    }
}
