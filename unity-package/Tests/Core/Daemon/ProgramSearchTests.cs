using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using LoraBridge.Core.Daemon;
using LoraBridge.Core.Protocol;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Daemon
{
    /// <summary>Programs are found where an editor's PATH does not lead. The installers and shells are played by files.</summary>
    public class ProgramSearchTests : TemporaryFolderFixture
    {
        string Program(string content, params string[] parts)
        {
            var file = Folder.At(parts);
            Directory.CreateDirectory(Path.GetDirectoryName(file));
            File.WriteAllText(file, content);
            if (!RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
                using (var chmod = Process.Start("chmod", $"+x \"{file}\"")) chmod.WaitForExit();
            return file;
        }

        string NodeOf(string version, params string[] folder) => Program($"#!/bin/sh\necho {version}\n", folder.Concat(new[] { "node" }).ToArray());

        [Test, Platform("Unix")]
        public void AVersionManagersNodesAreTriedFromTheNewest()
        {
            NodeOf("v9.11.2", "nvm", "v9.11.2", "bin");
            NodeOf("v20.19.0", "nvm", "v20.19.0", "bin");
            var newest = NodeOf("v22.3.1", "nvm", "v22.3.1", "bin");
            var folders = WellKnownFolders.Expand(Folder.At("nvm") + "/v*/bin").ToList();
            Assert.That(folders.Select(folder => Path.GetFileName(Path.GetDirectoryName(folder))), Is.EqualTo(new[] { "v22.3.1", "v20.19.0", "v9.11.2" }));
            Assert.That(ProgramSearch.Node(null, folders), Is.EqualTo((newest, new Version(22, 3, 1))));
        }

        [Test, Platform("Unix")]
        public void ANodeThatIsTooOldOrBrokenIsPassedOver()
        {
            var old = NodeOf("v18.20.4", "old");
            Program("#!/bin/sh\nexit 126\n", "broken", "node");
            var folders = new[] { Folder.At("old"), Folder.At("broken") };
            var error = Assert.Throws<LoraBridgeException>(() => ProgramSearch.Node(null, folders));
            Assert.That(error.Code, Is.EqualTo("resource.node.missing"));
            Assert.That(error.Message, Does.Contain(old + " is v18.20.4").And.Contain("does not run"));
            var good = NodeOf("v24.0.0", "good");
            Assert.That(ProgramSearch.Node(null, folders.Append(Folder.At("good"))).program, Is.EqualTo(good));
        }

        [Test, Platform("Unix")]
        public void TheFoldersBehindAreNotAskedForWhenThoseBeforeHaveIt()
        {
            NodeOf("v24.0.0", "first");
            Assert.That(ProgramSearch.Node(null, new[] { Folder.At("first") }.Concat(Enumerable.Range(0, 1)
                .Select<int, string>(_ => throw new InvalidOperationException("The login shell was started.")))).version.Major, Is.EqualTo(24));
        }

        [TestCase("/bin/bash", ".bashrc")]
        [TestCase("/bin/bash", ".profile")]
        [TestCase("/bin/sh", ".profile")]
        [Platform("Linux")]
        public void TheLoginShellReportsThePathThatItsFilesMake(string shell, string file)
        {
            var home = Environment.GetEnvironmentVariable("HOME");
            try
            {
                Environment.SetEnvironmentVariable("HOME", Folder.Path);
                // Bash reads .bashrc in a login shell only where .profile says so, as Debian's does.
                File.WriteAllText(Folder.At(".profile"), "echo Welcome, PATH=nonsense\nread answer\n[ -n \"$BASH\" ] && . ~/.bashrc\n");
                File.WriteAllText(Folder.At(".bashrc"), "");
                File.AppendAllText(Folder.At(file), "\nexport PATH=\"$PATH:/opt/from-" + file + "\"\n");
                Assert.That(ProgramFolders.Split(LoginShell.SearchPath(shell, "/bin/bash")), Does.Contain("/opt/from-" + file));
            }
            finally
            {
                Environment.SetEnvironmentVariable("HOME", home);
            }
        }

        [Test, Platform("Unix")]
        public void AShellThatHangsIsGivenUp()
        {
            var clock = Stopwatch.StartNew();
            var shell = Program("#!/bin/sh\nsleep 60\n", "shell");
            Assert.That(ProgramOutput.FindLine(shell, "-ilc /usr/bin/env", _ => true, TimeSpan.FromSeconds(1)), Is.Null);
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
            Assert.That(LoginShell.SearchPath("/nowhere/shell", "/bin/bash"), Is.Null);
        }

        // Written with the separators of the system that the test runs on.
        static string[] Of(OSPlatform platform, params (string name, string value)[] environment)
          => WellKnownFolders.Of(platform, name => environment.FirstOrDefault(variable => variable.name == name).value, "/home/mina")
              .Select(folder => folder.Replace('\\', '/')).ToArray();

        [Test]
        public void TheWellKnownFoldersOfEachSystemAreListed()
        {
            var mac = Of(OSPlatform.OSX, ("NVM_DIR", ""));
            Assert.That(mac[0], Is.EqualTo("/opt/homebrew/bin"));
            Assert.That(mac, Is.SupersetOf(new[]
            {
                "/usr/local/bin", "/opt/homebrew/opt/node@*/bin", "/home/mina/.nvm/versions/node/v*/bin", "/home/mina/.volta/bin",
                "/home/mina/Library/Application Support/fnm/aliases/default/bin", "/home/mina/.asdf/installs/nodejs/*/bin",
            }));
            Assert.That(Of(OSPlatform.Linux, ("NVM_DIR", "/data/nvm"), ("XDG_DATA_HOME", "/data/share")), Is.SupersetOf(new[]
            {
                "/usr/bin", "/snap/bin", "/data/nvm/versions/node/v*/bin", "/data/share/fnm/aliases/default/bin", "/data/share/mise/installs/node/*/bin",
            }));
            Assert.That(Of(OSPlatform.Windows, ("ProgramFiles", "C:/Program Files"), ("APPDATA", "C:/Roaming"), ("LOCALAPPDATA", "C:/Local"),
                ("NVM_SYMLINK", "D:/nodejs"), ("SCOOP", "D:/Scoop")), Is.SupersetOf(new[]
            {
                "C:/Program Files/nodejs", "C:/Roaming/npm", "D:/nodejs", "C:/Roaming/nvm/v*", "C:/Local/Volta/bin",
                "C:/Roaming/fnm/aliases/default", "D:/Scoop/apps/nodejs-lts/current",
            }));
        }

        [Test]
        public void AFolderThatIsNotThereHasNoVersions()
          => Assert.That(WellKnownFolders.Expand(Folder.At("none") + "/v*/bin"), Is.Empty);

        [Test]
        public void AFolderMayHoldThePackageInItsWays()
        {
            foreach (var inside in new[] { "copy", "project/node_modules/lora-bridge", "prefix/lib/node_modules/lora-bridge" })
            {
                var main = Program("", inside, "dist", "cli", "main.js");
                Assert.That(ProgramSearch.LoraBridge(Folder.At(inside.Split('/')[0]), new string[0]), Is.EqualTo(main));
            }
            Directory.CreateDirectory(Folder.At("empty"));
            var error = Assert.Throws<LoraBridgeException>(() => ProgramSearch.LoraBridge(Folder.At("empty"), new string[0]));
            Assert.That(error.Message, Does.Contain("contains no built lora-bridge"));
        }

        [Test]
        public void APackedFileIsRefusedWithHowToInstallIt()
        {
            var packed = Program("", "lora-bridge-0.1.0.tgz");
            var error = Assert.Throws<LoraBridgeException>(() => ProgramSearch.LoraBridge(packed, new string[0]));
            Assert.That(error.Code, Is.EqualTo("resource.package.missing"));
            Assert.That(error.Hint, Does.Contain($"npm install -g \"{packed}\""));
        }
    }
}
