using System;
using System.IO;
using System.Linq;
using LoraBridge.Core.Connection;
using LoraBridge.Core.Protocol;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Connection
{
    [Category("Daemon")]
    public class DaemonClientTests : TemporaryFolderFixture
    {
        TestEditor Connect(DaemonEndpoint endpoint, Resume resume = null)
            => new TestEditor(endpoint, Folder.At(Guid.NewGuid().ToString()), resume);

        [Test]
        public void AWrongTokenIsNamedAndTheRightOneTakenUpAsSoonAsItIsThere()
        {
            using var daemon = new RealDaemon();
            var right = File.ReadAllText(daemon.DescriptorFile);
            var descriptor = Descriptor.Parse(right);
            descriptor.Token = "wrong";
            var file = Folder.At("daemon.json");
            File.WriteAllText(file, descriptor.ToJson());
            using var editor = Connect(DaemonEndpoint.FromFile(file));
            editor.Until(() => editor.Errors.Count > 0, "it is refused");
            Assert.That(editor.Errors.Single().Code, Is.EqualTo("state.access.denied"));
            Assert.That(editor.Errors.Single().Hint, Does.Contain("token"));
            File.WriteAllText(file, right);
            editor.Until(() => editor.Connections.Count == 1, "it is let in");
        }

        [Test]
        public void AKnownAddressNeedsNoDescriptorFile()
        {
            using var daemon = new RealDaemon();
            var descriptor = Descriptor.Parse(File.ReadAllText(daemon.DescriptorFile));
            using var editor = Connect(DaemonEndpoint.At(descriptor.Url + "/", descriptor.Token));
            editor.Until(() => editor.Connections.Count == 1, "it is connected");
        }

        [Test]
        public void ADaemonOfAnotherProtocolIsNamed()
        {
            using var daemon = new ScriptedDaemon("version");
            using var editor = Connect(daemon.Endpoint);
            editor.Until(() => editor.Errors.Count > 0, "it is refused");
            Assert.That(editor.Errors.Single().Code, Is.EqualTo("state.protocol.version"));
            Assert.That(editor.Errors.Single().Message, Does.Contain("protocol 2"));
            Assert.That(daemon.Count("identify"), Is.Zero);
        }

        [Test]
        public void ADescriptorThatIsNoneIsAnAbsentDaemon()
        {
            File.WriteAllText(Folder.At("daemon.json"), "{}");
            using var editor = Connect(DaemonEndpoint.FromFile(Folder.At("daemon.json")));
            editor.Until(() => editor.Errors.Count > 0, "it is reported");
            Assert.That(editor.Errors.Single().Code, Is.EqualTo("state.daemon.absent"));
        }

        [Test]
        public void ADaemonThatSaysNothingAnyMoreIsGivenUp()
        {
            using var daemon = new ScriptedDaemon("mute");
            using var editor = Connect(daemon.Endpoint);
            editor.Until(() => daemon.Count("connected") == 2, "it reconnects");
            editor.Until(() => editor.Errors.Count > 0, "the loss is reported");
            Assert.That(editor.Errors.First().Code, Is.EqualTo("resource.connection.lost"));
            Assert.That(daemon.Count("ping"), Is.GreaterThan(0), "A ping was sent.");
        }

        [Test]
        public void HeartbeatsKeepAQuietConnection()
        {
            using var daemon = new ScriptedDaemon("patient");
            using var editor = Connect(daemon.Endpoint);
            // Silence of one second ends a connection here; these are several of them.
            editor.Until(() => daemon.Count("ping") >= 8, "heartbeats are sent");
            Assert.That(daemon.Count("connected"), Is.EqualTo(1));
            Assert.That(editor.Errors, Is.Empty);
        }

        [Test]
        public void AFaultOfOursIsNamedAndNotRepeatedAtOnce()
        {
            using var daemon = new ScriptedDaemon("malformed");
            using var editor = Connect(daemon.Endpoint);
            editor.Client.Request(new JobList());
            editor.Until(() => editor.Errors.Count > 0, "the end is reported");
            Assert.That(editor.Errors.Single().Code, Is.EqualTo("protocol.frame.malformed"));
            Assert.That(daemon.Count("connected"), Is.EqualTo(1));
        }

        [Test]
        public void RequestsMadeBeforeTheConnectionAreAnsweredAfterIt()
        {
            using var daemon = new RealDaemon();
            using var editor = Connect(daemon.Endpoint);
            Assert.That(editor.Ask(new JobList()).Jobs, Is.Empty);
            Assert.That(editor.Ask(new CharacterList()).Characters, Is.Empty);
            Assert.That(editor.Ask(new JobStatus { Job = Guid.NewGuid().ToString() }).Job.State, Is.EqualTo(JobState.Unknown));
        }

        [Test]
        public void AFailedRequestCarriesTheDaemonsError()
        {
            using var daemon = new RealDaemon();
            using var editor = Connect(daemon.Endpoint);
            var error = Assert.Throws<LoraBridgeException>(() => editor.Ask(new JobStop { Job = Guid.NewGuid().ToString() }));
            Assert.That(error.Code, Is.EqualTo("state.job.unknown"));
            Assert.Throws<LoraBridgeException>(() => editor.Client.Request(new JobStop { Job = "x" }));
            Assert.That(editor.Errors, Is.Empty);
        }

        [Test]
        public void ARequestIsRepeatedToADaemonThatIsStartedAgain()
        {
            using var daemon = new RealDaemon();
            using var editor = Connect(daemon.Endpoint);
            editor.Until(() => editor.Connections.Count == 1, "it is connected");
            daemon.Kill();
            var answer = editor.Client.Request(new JobList());
            daemon.Start();
            editor.Until(() => answer.IsCompleted, "it is answered");
            Assert.That(answer.Result.Jobs, Is.Empty);
        }

        [Test]
        public void AReturningClientGetsWhatItHasMissed()
        {
            using var daemon = new RealDaemon();
            Resume position;
            using (var early = Connect(daemon.Endpoint))
            {
                early.Until(() => early.Connections.Count == 1, "it is connected");
                position = early.Client.Position;
            }
            using (var other = Connect(daemon.Endpoint))
            {
                var (name, png) = TestShots.Godette().First();
                other.Outbox.Add(TestShots.Describe(name, png), png);
                other.Until(() => other.Events.Count == 1, "the shot is inspected");
            }
            using var late = Connect(daemon.Endpoint, position);
            late.Until(() => late.Events.Count == 1, "the event is delivered");
            Assert.That(late.Connections, Is.EqualTo(new[] { true }));
            Assert.That(late.Events.Single(), Is.InstanceOf<ShotInspected>());

            using var stranger = Connect(daemon.Endpoint, new Resume { Epoch = Guid.NewGuid().ToString(), Sequence = 7 });
            stranger.Until(() => stranger.Connections.Count == 1, "it is connected");
            Assert.That(stranger.Connections.Single(), Is.False, "Of another database it knows nothing.");
        }

        [Test]
        public void DisposingFailsRequestsAndNothingIsToldAfterwards()
        {
            var editor = Connect(DaemonEndpoint.FromFile(Folder.At("nowhere.json")));
            var answer = editor.Client.Request(new JobList());
            editor.Client.Dispose();
            Assert.That(() => answer.GetAwaiter().GetResult(), Throws.InstanceOf<LoraBridgeException>()
                .With.Property("Code").EqualTo("resource.connection.lost"));
            Assert.That(() => editor.Client.Request(new JobList()).GetAwaiter().GetResult(), Throws.InstanceOf<LoraBridgeException>());
            Assert.That(editor.Client.State, Is.EqualTo(ConnectionState.Closed));
            editor.Client.Dispose();
        }
    }
}
