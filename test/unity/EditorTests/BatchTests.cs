using System;
using System.IO;
using System.Linq;
using DeclaredUnity;
using LoraBridge.Editor.Batch;
using LoraBridge.Editor.Plans;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using UnityEngine;

namespace LoraBridge.DeclaredUnity.Tests
{
    sealed class BatchTests
    {
        string _folder;
        EditorDriver _editor;

        [SetUp]
        public void Begin()
        {
            _folder = Path.Combine(Path.GetTempPath(), "lora-bridge-" + Guid.NewGuid().ToString("N"));
            _editor = new EditorDriver(_folder);
            _editor.AddAsset("Assets/Mina.prefab", CharacterMaker.Humanoid("Mina"));
            _editor.AddAsset("Assets/Plan.asset", ScriptableObject.CreateInstance<CapturePlanAsset>());
        }

        [TearDown]
        public void End()
        {
            _editor.Dispose();
            ProjectFolder.Delete(_folder);
        }

        void Run(params string[] arguments)
        {
            BatchCapture.Run(arguments);
            Assert.That(_editor.TickUntil(() => _editor.ExitCode != null, TimeSpan.FromSeconds(120)), Is.True);
        }

        [Test]
        public void PicturesAndDescriptionsAreWritten()
        {
            Run("-character", "Assets/Mina.prefab", "-plan", "Assets/Plan.asset", "-out", _folder);
            Assert.That(_editor.ExitCode, Is.Zero, string.Join("\n", _editor.Console));
            Assert.That(Directory.GetFiles(_folder).Select(Path.GetFileName),
                Is.EquivalentTo(new[] { "stand_full_yaw0.png", "stand_full_yaw0.shot.json" }));
            var facts = JObject.Parse(File.ReadAllText(Path.Combine(_folder, "stand_full_yaw0.shot.json")));
            Assert.That((string)facts["pose"], Is.EqualTo("stand"));
            Assert.That((string)facts["framing"], Is.EqualTo("full"));
            Assert.That((double)facts["regions"]["head"]["confidence"], Is.EqualTo(1));
        }

        [Test]
        public void AMissingCharacterEndsTheEditorWithTheReason()
        {
            Run("-character", "Assets/Gone.prefab", "-out", _folder);
            Assert.That(_editor.ExitCode, Is.EqualTo(1));
            Assert.That(_editor.Console, Has.Some.StartsWith("error: input.character.missing"));
        }
    }
}
