using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using LoraBridge.Core.Outbox;
using LoraBridge.Core.Protocol;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Outbox
{
    public class ShotOutboxTests : TemporaryFolderFixture
    {
        string[] Files => Directory.GetFiles(Folder.Path, "*.shot");

        static ShotMetadata Add(ShotOutbox outbox, string name, int length = 1000)
        {
            var picture = TestShots.Noise(name.GetHashCode(), length);
            var metadata = TestShots.Describe(name, picture);
            outbox.Add(metadata, picture);
            return metadata;
        }

        static List<string> Drain(ShotOutbox outbox)
        {
            var ids = new List<string>();
            while (outbox.Next(ids) is WaitingShot shot) ids.Add(shot.Id);
            return ids;
        }

        [Test]
        public void KeepsTheFrameAsItWillBeSent()
        {
            var outbox = new ShotOutbox(Folder.Path);
            var picture = TestShots.Noise(1, 100_000);
            var metadata = TestShots.Describe("one", picture);
            outbox.Add(metadata, picture);
            var frame = Frame.Open(new ArraySegment<byte>(File.ReadAllBytes(Files.Single())));
            Assert.That(frame.ReadShot().ToJson(), Is.EqualTo(metadata.ToJson()));
            Assert.That(frame.Bytes, Is.EqualTo(picture));
        }

        [Test]
        public void SurvivesARestartInItsOrder()
        {
            var first = new ShotOutbox(Folder.Path);
            var ids = Enumerable.Range(0, 12).Select(i => Add(first, "shot" + i).Id).ToList();
            first.Acknowledge(ids[0]);
            var second = new ShotOutbox(Folder.Path);
            ids.RemoveAt(0);
            Assert.That(Drain(second), Is.EqualTo(ids));
            Assert.That(second.Count, Is.EqualTo(11));
            ids.Add(Add(second, "later").Id);
            Assert.That(Drain(new ShotOutbox(Folder.Path)), Is.EqualTo(ids));
        }

        [Test]
        public void KeepsOneIdOnce()
        {
            var outbox = new ShotOutbox(Folder.Path);
            var picture = TestShots.Noise(1, 10);
            var metadata = TestShots.Describe("one", picture);
            outbox.Add(metadata, picture);
            outbox.Add(metadata, picture);
            Assert.That(outbox.Count, Is.EqualTo(1));
            Assert.That(Files.Length, Is.EqualTo(1));
        }

        [TestCase(3), TestCase(200), TestCase(800)]
        public void DropsWhatACrashHasCutShort(int length)
        {
            var outbox = new ShotOutbox(Folder.Path);
            Add(outbox, "whole");
            var whole = Files.Single();
            Add(outbox, "torn");
            using (var torn = File.OpenWrite(Files.Single(file => file != whole))) torn.SetLength(length);
            var next = new ShotOutbox(Folder.Path);
            Assert.That(next.Count, Is.EqualTo(1));
            Assert.That(Files, Is.EqualTo(new[] { whole }));
        }

        [Test]
        public void RefusesWhatTheDaemonWouldRefuse()
        {
            var outbox = new ShotOutbox(Folder.Path);
            var picture = TestShots.Noise(1, 10);
            var metadata = TestShots.Describe("a/b", picture);
            Assert.That(() => outbox.Add(metadata, picture), Throws.InstanceOf<LoraBridgeException>()
                .With.Property("Code").EqualTo("input.message.invalid"));
            Assert.That(Files, Is.Empty);
        }

        [Test]
        public void PutsAsideAFileThatHasGoneBad()
        {
            var outbox = new ShotOutbox(Folder.Path);
            var id = Add(outbox, "bad").Id;
            var mismatch = new WireError { Code = "input.shot.mismatch", Message = "", Retryable = true };
            Assert.That(outbox.Refuse(id, mismatch), Is.True);
            Assert.That(outbox.Next(new string[0]), Is.Null, "It is not sent again at once.");
            Assert.That(outbox.Refuse(id, mismatch), Is.True);
            Assert.That(outbox.Refuse(id, mismatch), Is.False);
            Assert.That(Files, Is.Empty);
            Assert.That(Directory.GetFiles(outbox.RefusedFolder).Length, Is.EqualTo(1));
        }

        [Test]
        public void KeepsAShotThatADaemonWithAFullDiskRefuses()
        {
            var outbox = new ShotOutbox(Folder.Path);
            var id = Add(outbox, "one").Id;
            for (var i = 0; i < 10; i++)
                Assert.That(outbox.Refuse(id, new WireError { Code = "resource.disk.full", Message = "", Retryable = true }), Is.True);
            Assert.That(Drain(new ShotOutbox(Folder.Path)), Is.EqualTo(new[] { id }));
        }

        /// <summary>A disk of one megabyte, which only root can mount and only Linux in this way.</summary>
        [Test, Platform("Linux")]
        public void AFullDiskHasACodeAndHarmsNothing()
        {
            var disk = Folder.At("disk");
            Directory.CreateDirectory(disk);
            if (Run("mount", $"-t tmpfs -o size=1m tmpfs {disk}") != 0) Assert.Ignore("Only root can mount a small disk.");
            try
            {
                var outbox = new ShotOutbox(disk);
                var safe = Add(outbox, "safe", 600_000).Id;
                var error = Assert.Throws<LoraBridgeException>(() => Add(outbox, "large", 600_000));
                Assert.That(error.Code, Is.EqualTo("resource.disk.full"));
                Assert.That(error.File, Does.StartWith(disk));
                Assert.That(error.Hint, Is.Not.Empty);
                Assert.That(Directory.GetFiles(disk).Length, Is.EqualTo(1), "What was begun is gone.");

                // Once there is room, it continues.
                outbox.Acknowledge(safe);
                Add(outbox, "large", 600_000);
                Assert.That(new ShotOutbox(disk).Count, Is.EqualTo(1));
            }
            finally
            {
                Run("umount", disk);
            }
        }

        [Test]
        public void AFolderThatCannotBeMadeHasACode()
        {
            File.WriteAllText(Folder.At("file"), "");
            Assert.That(() => new ShotOutbox(Folder.At("file", "outbox")), Throws.InstanceOf<LoraBridgeException>());
        }

        static int Run(string program, string arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true });
            process.WaitForExit();
            return process.ExitCode;
        }
    }
}
