using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using LoraBridge.Core.Protocol;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Protocol
{
    /// <summary>Walks the golden vectors, as the TypeScript tests do.</summary>
    public class VectorTests
    {
        static string PathOf(string file) => Repository.At("protocol", "vectors", file);

        static IEnumerable<TestCaseData> Vectors(bool valid)
            => JArray.Parse(File.ReadAllText(PathOf("index.json")))
                .Where(vector => (bool)vector["valid"] == valid)
                .Select(vector => new TestCaseData((string)vector["kind"], (string)vector["file"])
                    .SetName($"{(valid ? "Accepts" : "Refuses")}({vector["file"]}: {vector["why"]})"));

        static IEnumerable<TestCaseData> Valid() => Vectors(true);

        static IEnumerable<TestCaseData> Invalid() => Vectors(false);

        /// <summary>Reads a vector, and returns it as it would be written again.</summary>
        static byte[] Read(string kind, byte[] bytes)
        {
            var text = Encoding.UTF8.GetString(bytes);
            switch (kind)
            {
                case "client": return ClientMessage.Parse(text).ToUtf8();
                case "daemon": return DaemonMessage.Parse(text).ToUtf8();
                case "descriptor": return Descriptor.Parse(text).ToUtf8();
            }
            var frame = Frame.Open(new ArraySegment<byte>(bytes));
            var head = frame.Kind == FrameKind.Shot
                ? Frame.EncodeHead(frame.ReadShot())
                : Frame.EncodeHead(frame.ReadPreview());
            return head.Concat(frame.Bytes).ToArray();
        }

        [TestCaseSource(nameof(Valid))]
        public void Accepts(string kind, string file)
        {
            var bytes = File.ReadAllBytes(PathOf(file));
            var written = Read(kind, bytes);
            if (kind == "frame") Assert.That(written, Is.EqualTo(bytes));
            else
            {
                var (actual, expected) = (Normal(written), Normal(bytes));
                // A field that only a newer daemon knows.
                expected.Remove("colour");
                Assert.That(JToken.DeepEquals(actual, expected), $"{actual}\nis not\n{expected}");
            }
        }

        [TestCaseSource(nameof(Invalid))]
        public void Refuses(string kind, string file)
        {
            var bytes = File.ReadAllBytes(PathOf(file));
            var error = Assert.Throws<LoraBridgeException>(() => Read(kind, bytes));
            Assert.That(error.Code, Is.EqualTo("input.message.invalid").Or.EqualTo("protocol.frame.malformed"));
        }

        [Test]
        public void ReadsAFrameInTheMiddleOfABuffer()
        {
            var frame = File.ReadAllBytes(PathOf("valid/frame.shot.bin"));
            var buffer = new byte[] { 9, 9, 9 }.Concat(frame).Concat(new byte[] { 9 }).ToArray();
            var read = Frame.Open(new ArraySegment<byte>(buffer, 3, frame.Length));
            Assert.That(read.ReadShot().Name, Is.EqualTo("walk_front"));
            Assert.That(read.Bytes.Count, Is.EqualTo(read.ReadShot().Bytes));
            Assert.That(read.Bytes, Is.EqualTo(frame.Skip(frame.Length - read.Bytes.Count)));
        }

        [Test]
        public void NamesThePlaceOfAFault()
        {
            var json = File.ReadAllText(PathOf("valid/client.job.start.shots.json")).Replace("\"rank\": 8", "\"rank\": 0");
            var error = Assert.Throws<LoraBridgeException>(() => ClientMessage.Parse(json));
            Assert.That(error.Message, Is.EqualTo("options.rank is out of range."));
        }

        // All numbers alike: 12 and 12.0 are one number in JSON.
        static JObject Normal(byte[] utf8)
        {
            using var reader = new JsonTextReader(new StringReader(Encoding.UTF8.GetString(utf8)))
                { DateParseHandling = DateParseHandling.None };
            var json = JObject.Load(reader);
            foreach (var number in json.Descendants().OfType<JValue>().Where(value => value.Type == JTokenType.Integer).ToList())
                number.Replace(new JValue((double)number));
            return json;
        }
    }
}
