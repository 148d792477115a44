using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LoraBridge.Core.Connection;
using LoraBridge.Core.Daemon;
using LoraBridge.Core.Protocol;
using LoraBridge.Core.Tests.Connection;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Daemon
{
    [Category("Daemon")]
    public class DaemonStarterTests : TemporaryFolderFixture
    {
        string _home;

        [SetUp]
        public void SetUp()
        {
            _home = Environment.GetEnvironmentVariable("LORA_BRIDGE_HOME");
            Environment.SetEnvironmentVariable("LORA_BRIDGE_HOME", Folder.At("home"));
        }

        [TearDown]
        public void TearDown()
        {
            Stop();
            Environment.SetEnvironmentVariable("LORA_BRIDGE_HOME", _home);
        }

        static string Script => Repository.At("unity-package", "Starter~", "start-daemon.cjs");

        /// <summary>The working copy is the installed package.</summary>
        static DaemonSettings Own() => new DaemonSettings { StartScript = Script, Program = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(RealDaemon.EntryPoint))) };

        static Descriptor Ensure(DaemonSettings settings) => new DaemonStarter(settings).EnsureAsync().GetAwaiter().GetResult();

        static LoraBridgeException Failure(DaemonSettings settings) => Assert.Throws<LoraBridgeException>(() => Ensure(settings));

        /// <summary>Ends the daemon of the test's data folder, if one runs.</summary>
        static void Stop()
        {
            var daemon = new DaemonStarter(new DaemonSettings()).FindAsync().Result;
            if (daemon == null) return;
            using var process = Process.GetProcessById((int)daemon.Pid);
            using var client = new DaemonClient(DaemonEndpoint.FromFile(DaemonHome.DescriptorFile), "test", "1");
            client.Start();
            client.Request(new DaemonStop()).Wait();
            Wait.Until(() => process.HasExited, "the daemon ends");
        }

        /// <summary>The daemons, with the option of Node that their script asks for, that the kernel knows by this in their environment.</summary>
        static int[] ProcessesWith(string variable) => Directory.GetDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out _))
            .Where(folder => Regex.IsMatch(Read(Path.Combine(folder, "cmdline")), @"\x00--initial-old-space-size=\d+\x00[^\x00]*main\.js\x00daemon\x00--idle-exit\x00600"))
            .Where(folder => Read(Path.Combine(folder, "environ")).Split('\0').Contains(variable))
            .Select(folder => int.Parse(Path.GetFileName(folder))).ToArray();

        static string Read(string file)
        {
            try
            {
                return File.ReadAllText(file);
            }
            catch (Exception error) when (error is IOException || error is UnauthorizedAccessException)
            {
                return "";
            }
        }

        [Test]
        public void StartsADaemonThatTheNextOneFinds()
        {
            var first = Ensure(Own());
            var second = Ensure(Own());
            Assert.That(second.Instance, Is.EqualTo(first.Instance));
            // What another found needs no program.
            Assert.That(Ensure(new DaemonSettings { StartScript = Script, Program = "/nowhere" }).Instance, Is.EqualTo(first.Instance));
        }

        [Test, Platform("Linux")]
        public void TheDaemonHasASessionOfItsOwnAndIdlesNotForEver()
        {
            var daemon = Ensure(Own());
            var processes = ProcessesWith("LORA_BRIDGE_HOME=" + Folder.At("home"));
            Assert.That(processes, Is.EqualTo(new[] { (int)daemon.Pid }));
            var stat = Read($"/proc/{daemon.Pid}/stat").Split(')').Last().Trim().Split(' ');
            Assert.That(stat[3], Is.EqualTo(daemon.Pid.ToString()), "its session");
        }

        [Test, Platform("Linux")]
        public void ManyAtOnceStartOne()
        {
            var all = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => new DaemonStarter(Own()).EnsureAsync()));
            Assert.That(all.Result.Select(daemon => daemon.Instance).Distinct().Count(), Is.EqualTo(1));
            Wait.Until(() => ProcessesWith("LORA_BRIDGE_HOME=" + Folder.At("home")).Length == 1, "the others have ended");
        }

        [Test]
        public void AStaleDescriptorDoesNotPassForADaemon()
        {
            var first = Ensure(Own());
            Process.GetProcessById((int)first.Pid).Kill();
            Wait.Until(() => new DaemonStarter(Own()).FindAsync().Result == null, "it is gone");
            Assert.That(File.Exists(DaemonHome.DescriptorFile), Is.True);
            Assert.That(Ensure(Own()).Instance, Is.Not.EqualTo(first.Instance));
        }

        [Test]
        public void WithoutNodeItSaysWhatToInstall()
        {
            var error = Failure(new DaemonSettings { StartScript = Script, Node = "/nowhere/node" });
            Assert.That(error.Code, Is.EqualTo("resource.node.missing"));
            Assert.That(error.Message, Does.Contain("/nowhere/node"));
            Assert.That(error.Hint, Does.Contain("nodejs.org"));
            Assert.That(Assert.Throws<LoraBridgeException>(() => ProgramSearch.Node(null, new[] { Folder.Path })).Code, Is.EqualTo("resource.node.missing"));
        }

        [Test]
        public void WithoutThePackageItSaysWhatToInstall()
        {
            var error = Failure(new DaemonSettings { StartScript = Script, Program = Folder.At("nothing") });
            Assert.That(error.Code, Is.EqualTo("resource.package.missing"));
            Assert.That(error.Hint, Does.Contain("npm install -g lora-bridge"));
            Assert.That(Assert.Throws<LoraBridgeException>(() => ProgramSearch.LoraBridge(null, new[] { Folder.Path })).Code, Is.EqualTo("resource.package.missing"));
        }

        [Test, Platform("Unix")]
        public void FindsThePackageOnThePath()
        {
            Directory.CreateDirectory(Folder.At("bin"));
            var link = Folder.At("bin", "lora-bridge");
            using (var ln = Process.Start("ln", $"-s \"{RealDaemon.EntryPoint}\" \"{link}\"")) ln.WaitForExit();
            Assert.That(ProgramSearch.LoraBridge(null, new[] { "/nowhere", Folder.At("bin") }), Is.EqualTo(link));
            Assert.That(Ensure(new DaemonSettings { StartScript = Script, Program = link }).Protocol, Is.EqualTo(ProtocolVersion.Number));
        }

        [Test, Platform("Unix")]
        public void ALauncherThatGoesByItsNameKeepsIt()
        {
            // As Volta's: every launcher is a link to one program, which looks at its own name.
            var (program, link) = (Folder.At("volta-shim"), Folder.At("lora-bridge"));
            File.WriteAllText(program, $"#!/bin/sh\n[ \"$(basename \"$0\")\" = lora-bridge ] || exit 64\nexec node \"{RealDaemon.EntryPoint}\" \"$@\"\n");
            using (var make = Process.Start("sh", $"-c \"chmod +x '{program}' && ln -s '{program}' '{link}'\"")) make.WaitForExit();
            Assert.That(Ensure(new DaemonSettings { StartScript = Script, Program = link }).Protocol, Is.EqualTo(ProtocolVersion.Number));
        }

        [Test]
        public void ADaemonThatEndsAtOnceSaysWhy()
        {
            var script = Folder.At("broken.js");
            File.WriteAllText(script, "console.error('no luck today'); process.exit(3);");
            var error = Failure(new DaemonSettings { StartScript = Script, Program = script });
            Assert.That(error.Code, Is.EqualTo("state.daemon.absent"));
            Assert.That(error.Message, Does.Contain("no luck today"));
        }

        [Test, Platform("Linux")]
        public void ADaemonThatDoesNotComeUpIsNoOrphan()
        {
            var (script, pid) = (Folder.At("slow.js"), Folder.At("pid"));
            File.WriteAllText(script, $"require('fs').writeFileSync('{pid}', String(process.pid)); setInterval(() => {{}}, 1000);");
            var starter = new DaemonStarter(new DaemonSettings { StartScript = Script, Program = script }) { StartTimeout = TimeSpan.FromSeconds(3) };
            var error = Assert.Throws<LoraBridgeException>(() => starter.EnsureAsync().GetAwaiter().GetResult());
            Assert.That(error.Message, Does.Contain("did not start within"));
            Wait.Until(() => !Directory.Exists("/proc/" + File.ReadAllText(pid)), "it is gone");
        }

        [Test]
        public void ADaemonElsewhereIsNeverStartedFromHere()
        {
            var elsewhere = Own();
            elsewhere.DescriptorFile = Folder.At("wsl", "daemon.json");
            Assert.That(Failure(elsewhere).Code, Is.EqualTo("state.daemon.absent"));
            Assert.That(Directory.Exists(Folder.At("home")), Is.False);

            var here = Ensure(Own());
            elsewhere.DescriptorFile = DaemonHome.DescriptorFile;
            Assert.That(Ensure(elsewhere).Instance, Is.EqualTo(here.Instance));
            Assert.That(Ensure(new DaemonSettings { Url = here.Url, Token = here.Token }).Url, Is.EqualTo(here.Url));
            Assert.That(Failure(new DaemonSettings { Url = here.Url, Token = "wrong" }).Code, Is.EqualTo("state.access.denied"));
        }
    }
}
