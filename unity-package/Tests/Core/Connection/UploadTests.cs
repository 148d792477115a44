using System.Collections.Generic;
using System.IO;
using System.Linq;
using LoraBridge.Core.Connection;
using LoraBridge.Core.Protocol;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Connection
{
    /// <summary>Shots on their way to a real daemon.</summary>
    [Category("Daemon")]
    public class UploadTests : TemporaryFolderFixture
    {
        RealDaemon _daemon;

        [SetUp]
        public void StartDaemon() => _daemon = new RealDaemon();

        [TearDown]
        public void StopDaemon() => _daemon.Dispose();

        /// <summary>Puts shots into the outbox; id → picture.</summary>
        static Dictionary<string, byte[]> Send(TestEditor editor, IEnumerable<(string name, byte[] png)> pictures)
        {
            var sent = new Dictionary<string, byte[]>();
            foreach (var (name, png) in pictures)
            {
                var metadata = TestShots.Describe(name, png);
                editor.Outbox.Add(metadata, png);
                sent.Add(metadata.Id, png);
            }
            return sent;
        }

        /// <summary>Everything acknowledged is there once and bit-equal, and nothing else.</summary>
        void AssertStored(TestEditor editor, Dictionary<string, byte[]> sent)
        {
            var listed = editor.Ask(new ShotList { Character = TestShots.Character }).Shots;
            Assert.That(listed.Select(shot => shot.Id), Is.EquivalentTo(sent.Keys));
            foreach (var pair in sent) Assert.That(_daemon.Download(pair.Key), Is.EqualTo(pair.Value));
        }

        [Test]
        public void SendsRealPicturesAndForgetsThemOnceAcknowledged()
        {
            using var editor = new TestEditor(_daemon.Endpoint, Folder.At("outbox"));
            var sent = Send(editor, TestShots.Godette());
            editor.Until(() => editor.Acks.Count == 15, "all shots are acknowledged");
            Assert.That(editor.Acks.Select(ack => ack.Status), Is.All.EqualTo(ShotAckStatus.Stored));
            Assert.That(editor.Acks.Select(ack => ack.Id), Is.EquivalentTo(sent.Keys));
            Assert.That(editor.Outbox.Count, Is.Zero);
            Assert.That(Directory.GetFiles(Folder.At("outbox")), Is.Empty);
            AssertStored(editor, sent);

            editor.Until(() => editor.Events.Count == 15, "all shots are inspected");
            Assert.That(editor.Events, Is.All.InstanceOf<ShotInspected>());
            Assert.That(editor.Events.Select(shot => shot.Sequence), Is.Ordered.And.Unique);
            Assert.That(editor.Client.Position.Sequence, Is.EqualTo(editor.Events.Last().Sequence));
        }

        [Test]
        public void KillingTheDaemonBetweenShotsLosesAndDoublesNothing()
        {
            using var editor = new TestEditor(_daemon.Endpoint, Folder.At("outbox"));
            var pictures = TestShots.Godette().ToList();
            var sent = Send(editor, pictures.Take(3));
            editor.Until(() => editor.Acks.Count > 0, "a shot is acknowledged");
            _daemon.Kill();
            editor.Until(() => editor.Client.State != ConnectionState.Connected, "the end is noticed");
            foreach (var pair in Send(editor, pictures.Skip(3).Take(6))) sent.Add(pair.Key, pair.Value);
            _daemon.Start();
            editor.Until(() => editor.Acks.Count > 5, "shots are acknowledged again");
            _daemon.Kill();
            foreach (var pair in Send(editor, pictures.Skip(9))) sent.Add(pair.Key, pair.Value);
            _daemon.Start();
            editor.Until(() => editor.Outbox.Count == 0, "the outbox is empty");
            AssertStored(editor, sent);
            // The daemon keeps its database: nothing was missed.
            Assert.That(editor.Connections, Is.EqualTo(new[] { false, true, true }));
            editor.Until(() => editor.Events.OfType<ShotInspected>().Count() == 15, "all shots are inspected");
            Assert.That(editor.Events.Select(shot => shot.Sequence), Is.Ordered.And.Unique);
        }

        [Test]
        public void KillingTheDaemonWhileMuchIsUnderWayLosesAndDoublesNothing()
        {
            using var editor = new TestEditor(_daemon.Endpoint, Folder.At("outbox"));
            var sent = Send(editor, Enumerable.Range(0, 48).Select(i => ($"shot{i}", TestShots.Noise(i, 1 << 20))));
            editor.Until(() => editor.Acks.Count >= 8, "shots are acknowledged");
            _daemon.Kill();
            _daemon.Start();
            editor.Until(() => editor.Outbox.Count == 0, "the outbox is empty");
            AssertStored(editor, sent);
            editor.Until(() => editor.Acks.Count >= 48, "all acknowledgements are delivered");
            Assert.That(editor.Acks.Select(ack => ack.Id).Distinct().Count(), Is.EqualTo(48));
        }

        [Test]
        public void AnOutboxThatNobodyHasSentIsSentAfterARestart()
        {
            var pictures = TestShots.Godette().Take(4).ToList();
            Dictionary<string, byte[]> sent;
            using (var offline = new TestEditor(DaemonEndpoint.FromFile(Folder.At("nowhere.json")), Folder.At("outbox")))
            {
                sent = Send(offline, pictures);
                offline.Until(() => offline.Errors.Count > 0, "no daemon is found");
                Assert.That(offline.Errors.Single().Code, Is.EqualTo("state.daemon.absent"));
            }
            using var editor = new TestEditor(_daemon.Endpoint, Folder.At("outbox"));
            editor.Until(() => editor.Acks.Count == 4, "all shots are acknowledged");
            Assert.That(editor.Acks.Select(ack => ack.Id), Is.EquivalentTo(sent.Keys));
            AssertStored(editor, sent);
        }

        [Test]
        public void AShotSentTwiceIsADuplicate()
        {
            using var editor = new TestEditor(_daemon.Endpoint, Folder.At("outbox"));
            var picture = TestShots.Noise(1, 1000);
            var metadata = TestShots.Describe("one", picture);
            editor.Outbox.Add(metadata, picture);
            editor.Until(() => editor.Acks.Count == 1, "it is acknowledged");
            editor.Outbox.Add(metadata, picture);
            editor.Until(() => editor.Acks.Count == 2, "it is acknowledged again");
            Assert.That(editor.Acks.Last().Status, Is.EqualTo(ShotAckStatus.Duplicate));
        }

        [Test]
        public void WhatTheDaemonWillNeverTakeIsPutAside()
        {
            using var editor = new TestEditor(_daemon.Endpoint, Folder.At("outbox"));
            var picture = TestShots.Noise(1, 1000);
            var metadata = TestShots.Describe("one", picture);
            editor.Outbox.Add(metadata, picture);
            editor.Until(() => editor.Acks.Count == 1, "it is acknowledged");
            // Other bytes under the same id.
            var other = TestShots.Noise(2, 1000);
            metadata.Sha256 = TestShots.Hash(other);
            editor.Outbox.Add(metadata, other);
            editor.Until(() => editor.Refusals.Count == 1, "it is refused");
            Assert.That(editor.Refusals[0].shot.Error.Code, Is.EqualTo("input.shot.conflict"));
            Assert.That(editor.Refusals[0].stays, Is.False);
            Assert.That(editor.Outbox.Count, Is.Zero);
            Assert.That(Directory.GetFiles(editor.Outbox.RefusedFolder).Length, Is.EqualTo(1));
        }

        [Test]
        public void TwoClientsAtOnceBothGetEverythingThrough()
        {
            using var first = new TestEditor(_daemon.Endpoint, Folder.At("first"));
            using var second = new TestEditor(_daemon.Endpoint, Folder.At("second"));
            var sent = Send(first, TestShots.Godette().Take(8));
            foreach (var pair in Send(second, TestShots.Godette().Skip(8))) sent.Add(pair.Key, pair.Value);
            first.Until(() => first.Acks.Count == 8, "the first is done");
            second.Until(() => second.Acks.Count == 7, "the second is done");
            AssertStored(first, sent);
            first.Until(() => first.Events.Count == 15, "the first receives all events");
            second.Until(() => second.Events.Count == 15, "the second receives all events");
        }
    }
}
