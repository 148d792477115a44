using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using LoraBridge.Core.Daemon;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Daemon
{
    public class DaemonHomeTests
    {
        static string Folder(OSPlatform platform, params (string name, string value)[] variables)
        {
            var environment = new Dictionary<string, string>();
            foreach (var (name, value) in variables) environment.Add(name, value);
            return DaemonHome.FolderFor(name => environment.TryGetValue(name, out var value) ? value : null, platform, "/home/aki")
                .Replace('\\', '/');
        }

        [Test]
        public void IsWhereThePlatformKeepsState()
        {
            Assert.That(Folder(OSPlatform.Linux), Is.EqualTo("/home/aki/.local/state/lora-bridge"));
            Assert.That(Folder(OSPlatform.Linux, ("XDG_STATE_HOME", "/state")), Is.EqualTo("/state/lora-bridge"));
            Assert.That(Folder(OSPlatform.Linux, ("XDG_STATE_HOME", "state")), Is.EqualTo("/home/aki/.local/state/lora-bridge"));
            Assert.That(Folder(OSPlatform.Linux, ("XDG_STATE_HOME", "")), Is.EqualTo("/home/aki/.local/state/lora-bridge"));
            Assert.That(Folder(OSPlatform.OSX), Is.EqualTo("/home/aki/Library/Application Support/lora-bridge"));
            Assert.That(Folder(OSPlatform.Windows), Is.EqualTo("/home/aki/AppData/Local/lora-bridge"));
            Assert.That(Folder(OSPlatform.Windows, ("LOCALAPPDATA", "/data")), Is.EqualTo("/data/lora-bridge"));
        }

        /// <summary>What the daemon itself says, for the environment of this process.</summary>
        [Test, Category("Daemon")]
        public void IsTheDaemonsOwn()
        {
            var module = "file://" + Repository.At("dist", "store", "home.js");
            var start = new ProcessStartInfo("node", $"-e \"import('{module}').then((m) => console.log(m.homeFolder()))\"")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            };
            using var node = Process.Start(start);
            Assert.That(node.StandardOutput.ReadToEnd().Trim(), Is.EqualTo(DaemonHome.Folder));
        }

        [Test]
        public void IsWhatTheEnvironmentAsksFor()
        {
            Assert.That(Folder(OSPlatform.Linux, ("LORA_BRIDGE_HOME", "/x"), ("XDG_STATE_HOME", "/state")), Is.EqualTo("/x"));
            Assert.That(Folder(OSPlatform.Linux, ("LORA_BRIDGE_HOME", "")), Is.EqualTo("/home/aki/.local/state/lora-bridge"));
            Assert.That(Folder(OSPlatform.Linux, ("LORA_BRIDGE_HOME", "x")), Is.EqualTo(Path.GetFullPath("x").Replace('\\', '/')));
        }
    }
}
