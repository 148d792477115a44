using System;
using System.IO;
using System.Linq;
using DeclaredUnity;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Window;
using NUnit.Framework;
using UnityEngine.UIElements;

namespace LoraBridge.DeclaredUnity.Tests
{
    /// <summary>Damaged files of the package's own state must not keep the editor from working.</summary>
    sealed class StateTests : SessionTestFixture
    {
        string Library => Path.Combine(Project, "Library", "LoraBridge");

        [SetUp]
        public void MakeLibrary() => Directory.CreateDirectory(Path.Combine(Project, "Library"));

        static readonly string[] Kept = { "training", "capture", "position", "train-when-sent" };

        static readonly string[] Damages = { "\0\0\0\0\0\0\0\0", "null", "{", "{}", "[1, 2]" };

        [Test]
        public void DamagedFilesAreSetAsideAndReportedOnce([ValueSource(nameof(Kept))] string name, [ValueSource(nameof(Damages))] string damage)
        {
            // Five odd letters are a name, too.
            if (name == "train-when-sent" && damage[0] != '\0') return;
            Directory.CreateDirectory(Library);
            var file = Path.Combine(Library, name + ".json");
            File.WriteAllText(file, damage);
            for (var tick = 0; tick < 3; tick++) Editor.Tick();
            // The position is read when the connection is begun.
            LoraBridgeEditor.Session.Daemon.Open();
            var window = BridgeWindow.Open();
            Assert.That(EditorDriver.Find<Button>(window.rootVisualElement, "capture"), Has.Count.EqualTo(1));
            Assert.That(Editor.Console.Where(line => line.Contains("was set aside")).Count(), Is.EqualTo(1), string.Join("\n", Editor.Console));
            Assert.That(File.ReadAllText(file + ".damaged"), Is.EqualTo(damage));
            Assert.That(File.Exists(file), Is.False);
        }

        [Test]
        public void WithoutAFolderToKeepThingsInTheWindowStillOpensAndSaysWhy()
        {
            File.WriteAllText(Library, "a file where the folder should be");
            for (var tick = 0; tick < 3; tick++) Editor.Tick();
            Assert.That(Editor.Console.Count(line => line.StartsWith("error: ", StringComparison.Ordinal)), Is.EqualTo(1), string.Join("\n", Editor.Console));
            var window = BridgeWindow.Open();
            Assert.That(EditorDriver.Find<Label>(window.rootVisualElement, "status").Single().text, Does.Contain(Library));
        }
    }
}
