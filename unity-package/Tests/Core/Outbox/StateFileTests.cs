using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Outbox;
using LoraBridge.Core.Protocol;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Outbox
{
    public class StateFileTests : TemporaryFolderFixture
    {
        [Test]
        public void ATextIsKeptWholeAndNothingElse()
        {
            var file = new StateFile(Folder.At("state", "a.json"));
            Assert.That(file.Read(), Is.Null);
            file.Write("one");
            file.Write("twø");
            Assert.That(file.Read(), Is.EqualTo("twø"));
            Assert.That(Directory.GetFiles(Folder.At("state")), Has.Length.EqualTo(1));
            file.Delete();
            file.Delete();
            Assert.That(file.Read(), Is.Null);
        }

        [Test]
        public void WhatIsSetAsideCanStillBeLookedAt()
        {
            var file = new StateFile(Folder.At("a.json"));
            for (var time = 0; time < 2; time++)
            {
                file.Write("damaged " + time);
                Assert.That(File.ReadAllText(file.SetAside()), Is.EqualTo("damaged " + time));
                Assert.That(file.Read(), Is.Null);
            }
        }

        [Test, Platform("Unix")]
        public void WhatIsHeldForAMomentIsWaitedFor()
        {
            // A folder in the file's place: writing fails with UnauthorizedAccessException, as where a virus scanner holds it.
            Directory.CreateDirectory(Folder.At("a.json.new"));
            Assert.That(() => File.WriteAllText(Folder.At("a.json.new"), ""), Throws.InstanceOf<UnauthorizedAccessException>());
            var freeing = Task.Run(() =>
            {
                Thread.Sleep(60);
                Directory.Delete(Folder.At("a.json.new"));
            });
            new StateFile(Folder.At("a.json")).Write("text");
            freeing.Wait();
            Assert.That(File.ReadAllText(Folder.At("a.json")), Is.EqualTo("text"));
        }

        [Test, Platform("Unix")]
        public void WhatIsHeldForLongIsNamed()
        {
            Directory.CreateDirectory(Folder.At("a.json.new"));
            var error = Assert.Throws<LoraBridgeException>(() => new StateFile(Folder.At("a.json")).Write("text"));
            Assert.That(error.Code, Is.EqualTo("input.file.denied"));
        }
    }
}
