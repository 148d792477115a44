using System.IO;
using LoraBridge.Core.Outbox;
using LoraBridge.Core.Protocol;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Outbox
{
    public class LoraCopyTests
    {
        [Test]
        public void TheNewerTakesThePlaceOfTheOlder()
        {
            using var folder = new TemporaryFolder();
            Directory.CreateDirectory(folder.At("Lora"));
            foreach (var content in new[] { "one", "two" })
            {
                File.WriteAllText(folder.At("lora.safetensors"), content);
                var copy = LoraCopy.To(folder.At("lora.safetensors"), folder.At("Lora"), "Mina");
                Assert.That(copy, Is.EqualTo(folder.At("Lora", "Mina.safetensors")));
                Assert.That(File.ReadAllText(copy), Is.EqualTo(content));
            }
            Assert.That(Directory.GetFiles(folder.At("Lora")), Has.Length.EqualTo(1));
            Assert.Throws<LoraBridgeException>(() => LoraCopy.To(folder.At("lora.safetensors"), folder.At("gone"), "Mina"));
        }
    }
}
