#nullable enable
using System.IO;
using LoraBridge.Core.Daemon;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Daemon
{
    /// <summary>Launchers of package managers, reduced to the lines that name a file, lead to the script.</summary>
    public class LauncherScriptTests : TemporaryFolderFixture
    {
        string Put(string content, params string[] parts)
        {
            var file = Folder.At(parts);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
            return file;
        }

        string Main(params string[] parts) => Put("", Path.Combine(parts), "node_modules", "lora-bridge", "dist", "cli", "main.js");

        [Test]
        public void NpmsNamesItFromAVariable()
        {
            var main = Main("npm");
            var launcher = Put("@ECHO off\r\nSET dp0=%~dp0\r\nIF EXIST \"%dp0%\\node.exe\" ( SET \"_prog=%dp0%\\node.exe\" )\r\n"
                + "\"%_prog%\"  \"%dp0%\\node_modules\\lora-bridge\\dist\\cli\\main.js\" %*\r\n", "npm", "lora-bridge.cmd");
            Put("", "npm", "node.exe");
            Assert.That(LauncherScript.Find(launcher), Is.EqualTo(main));
            Assert.That(ProgramSearch.LoraBridge(launcher, new string[0]), Is.EqualTo(main));
        }

        [Test]
        public void PnpmsNamesItInItsGlobalFolder()
        {
            var main = Main("pnpm", "global", "5");
            var launcher = Put("@SET \"NODE_PATH=C:\\other\\node_modules;%NODE_PATH%\"\r\n"
                + "  node  \"%~dp0\\global\\5\\node_modules\\lora-bridge\\dist\\cli\\main.js\" %*\r\n", "pnpm", "lora-bridge.CMD");
            Assert.That(LauncherScript.Find(launcher), Is.EqualTo(main));
        }

        [Test]
        public void YarnsLeadsToAnother()
        {
            var main = Main("Yarn", "Data", "global");
            Put("\"%~dp0\\..\\lora-bridge\\dist\\cli\\main.js\" %*", "Yarn", "Data", "global", "node_modules", ".bin", "lora-bridge.cmd");
            var launcher = Put("@\"%~dp0..\\Data\\global\\node_modules\\.bin\\lora-bridge.cmd\" %*\r\n", "Yarn", "bin", "lora-bridge.cmd");
            Assert.That(LauncherScript.Find(launcher), Is.EqualTo(main));
        }

        [TestCase("path = \"{0}\"\r\n")]
        [TestCase("path = {0}\n")]
        public void ScoopsProgramHasItsTargetInAFile(string format)
        {
            var main = Main("scoop", "persist", "nodejs", "bin");
            var launcher = Put("\"%~dp0\\node_modules\\lora-bridge\\dist\\cli\\main.js\" %*", "scoop", "persist", "nodejs", "bin", "lora-bridge.cmd");
            var program = Put("MZ", "scoop", "shims", "lora-bridge.exe");
            Put(string.Format(format, launcher), "scoop", "shims", "lora-bridge.shim");
            Assert.That(LauncherScript.Find(program), Is.EqualTo(main));
        }

        [TestCase("lora-bridge.exe", "")]
        [TestCase("lora-bridge.cmd", "")]
        [TestCase("lora-bridge", "lib")]
        public void VoltasKnowsThePackageByItsName(string name, string library)
        {
            var main = Main("volta", "tools", "image", "packages", "lora-bridge", library);
            Assert.That(LauncherScript.Find(Put("@echo off\r\nvolta run %~n0 %*\r\n", "volta", "bin", name)), Is.EqualTo(main));
        }

        [TestCase("node C:\\gone\\main.js %*")]
        [TestCase("\"%~dp0\\gone.js\" \"%~dp0\\node.exe\" \"%UNSET_VARIABLE%\\main.js\"")]
        [TestCase("\"%~dp0lora-bridge.cmd\" %*")]
        [TestCase("\"\" \"<>|?*\" \"\0\"")]
        public void ALauncherThatLeadsNowhereIsUsedItself(string content)
        {
            var launcher = Put(content, "lora-bridge.cmd");
            Assert.That(LauncherScript.Find(launcher), Is.Null);
            Assert.That(ProgramSearch.LoraBridge(launcher, new string[0]), Is.EqualTo(launcher));
        }
    }
}
