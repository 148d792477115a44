#if !NETCOREAPP
using System;
using System.Diagnostics;
using System.Linq;
using LoraBridge.Core.Connection;
using LoraBridge.Core.Outbox;
using LoraBridge.Core.Protocol;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Connection
{
    /// <summary>What Unity does when scripts are compiled: the AppDomain is unloaded, and everything is loaded again.</summary>
    [Category("Daemon"), Platform("Mono")]
    public class DomainReloadTests
    {
        /// <summary>The editor's half that lives in an AppDomain of its own.</summary>
        public sealed class Side : MarshalByRefObject
        {
            ShotOutbox _outbox;
            DaemonClient _client;

            public void Open(string descriptorFile, string outbox, string epoch, long sequence)
            {
                var resume = epoch == null ? null : new Resume { Epoch = epoch, Sequence = sequence };
                _outbox = new ShotOutbox(outbox);
                _client = new DaemonClient(DaemonEndpoint.FromFile(descriptorFile), "test", "1", _outbox, resume);
                _client.EventReceived += _ => Events++;
                _client.Start();
            }

            public int Events { get; private set; }

            public int Waiting => _outbox.Count;

            public string Epoch => _client.Position?.Epoch;

            public long Sequence => _client.Position?.Sequence ?? 0;

            public void Add(int seed)
            {
                var picture = TestShots.Noise(seed, 1 << 20);
                _outbox.Add(TestShots.Describe("shot" + seed, picture), picture);
            }

            public void Drain() => _client.Drain();

            /// <summary>As before a reload. Returns the milliseconds it takes.</summary>
            public double Close()
            {
                var clock = Stopwatch.StartNew();
                _client.Dispose();
                return clock.Elapsed.TotalMilliseconds;
            }

            // The test's domain may hold it for as long as it likes.
            public override object InitializeLifetimeService() => null;
        }

        static (AppDomain domain, Side side) Load()
        {
            var domain = AppDomain.CreateDomain("reload", null, AppDomain.CurrentDomain.SetupInformation);
            var side = domain.CreateInstanceFromAndUnwrap(typeof(Side).Assembly.Location, typeof(Side).FullName);
            return (domain, (Side)side);
        }

        [Test]
        public void AReloadWhileShotsAreUnderWayLosesAndDoublesNothing()
        {
            using var folder = new TemporaryFolder();
            using var daemon = new RealDaemon();
            string epoch = null;
            long sequence = 0;
            var events = 0;
            const int reloads = 3, shots = 8;
            for (var reload = 0; reload < reloads; reload++)
            {
                var (domain, side) = Load();
                side.Open(daemon.DescriptorFile, folder.At("outbox"), epoch, sequence);
                Wait.Until(() =>
                {
                    side.Drain();
                    return side.Epoch != null;
                }, "it is connected");
                for (var i = 0; i < shots; i++) side.Add(reload * shots + i);
                Wait.Until(() => side.Waiting < shots, "a shot is acknowledged");
                side.Drain();
                (epoch, sequence, events) = (side.Epoch, side.Sequence, events + side.Events);
                TestContext.WriteLine($"Closed in {side.Close():0} ms.");
                // Throws CannotUnloadAppDomainException when a thread cannot be ended.
                AppDomain.Unload(domain);
            }
            using var editor = new TestEditor(daemon.Endpoint, folder.At("outbox"), new Resume { Epoch = epoch, Sequence = sequence });
            editor.Until(() => editor.Outbox.Count == 0, "the outbox is empty");
            var stored = editor.Ask(new ShotList { Character = TestShots.Character }).Shots;
            Assert.That(stored.Select(shot => shot.Name), Is.EquivalentTo(Enumerable.Range(0, reloads * shots).Select(i => "shot" + i)));
            foreach (var shot in stored)
                Assert.That(daemon.Download(shot.Id), Is.EqualTo(TestShots.Noise(int.Parse(shot.Name.Substring(4)), 1 << 20)));
            // Noise is no image: a shot that is sent again is inspected and rejected again, which is one more event.
            editor.Until(() => events + editor.Events.Count >= reloads * shots, "every shot is rejected");
            Assert.That(events + editor.Events.Count, Is.EqualTo(editor.Client.Position!.Sequence),
                "Every event is delivered to exactly one of the four.");
        }
    }
}
#endif
