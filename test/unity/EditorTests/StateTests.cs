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
    /// <summary>What was kept on disk and has been spoilt must not stand in anybody's way.</summary>
    sealed class StateTests
    {
        string _project;
        EditorDriver _editor;

        string Library => Path.Combine(_project, "Library", "LoraBridge");

        [SetUp]
        public void Begin()
        {
            _project = Path.Combine(Path.GetTempPath(), "lora-bridge-" + Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(Path.Combine(_project, "Library"));
            _editor = new EditorDriver(_project);
            // A session that other tests have left goes first.
            _editor.Quit();
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(LoraBridgeEditor).TypeHandle);
            BridgeSettings.instance.Descriptor = Path.Combine(_project, "none", "daemon.json");
        }

        [TearDown]
        public void End()
        {
            _editor.Quit();
            _editor.Dispose();
            ProjectFolder.Delete(_project);
        }

        static readonly string[] Kept = { "training", "capture", "position", "train-when-sent" };

        static readonly string[] Damages = { "\0\0\0\0\0\0\0\0", "null", "{", "{}", "[1, 2]" };

        [Test]
        public void DamagedFilesAreSetAsideAndToldOnce([ValueSource(nameof(Kept))] string name, [ValueSource(nameof(Damages))] string damage)
        {
            // Five odd letters are a name, too.
            if (name == "train-when-sent" && damage[0] != '\0') return;
            Directory.CreateDirectory(Library);
            var file = Path.Combine(Library, name + ".json");
            File.WriteAllText(file, damage);
            for (var tick = 0; tick < 3; tick++) _editor.Tick();
            // The position is read when the connection is begun.
            LoraBridgeEditor.Session.Daemon.Open();
            var window = BridgeWindow.Open();
            Assert.That(EditorDriver.Find<Button>(window.rootVisualElement, "capture"), Has.Count.EqualTo(1));
            Assert.That(_editor.Console.Where(line => line.Contains("was set aside")).Count(), Is.EqualTo(1), string.Join("\n", _editor.Console));
            Assert.That(File.ReadAllText(file + ".damaged"), Is.EqualTo(damage));
            Assert.That(File.Exists(file), Is.False);
        }

        [Test]
        public void WithoutAFolderToKeepThingsInTheWindowStillOpensAndSaysWhy()
        {
            File.WriteAllText(Library, "a file where the folder should be");
            for (var tick = 0; tick < 3; tick++) _editor.Tick();
            Assert.That(_editor.Console.Count(line => line.StartsWith("error: ", StringComparison.Ordinal)), Is.EqualTo(1), string.Join("\n", _editor.Console));
            var window = BridgeWindow.Open();
            Assert.That(EditorDriver.Find<Label>(window.rootVisualElement, "status").Single().text, Does.Contain(Library));
        }
    }
}
