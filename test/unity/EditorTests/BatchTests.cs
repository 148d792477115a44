using System;
using System.IO;
using System.Linq;
using DeclaredUnity;
using LoraBridge.Core.Plan;
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
            _editor.Quit();
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

        [Test]
        public void ADomainReloadInTheMiddleLosesNothing()
        {
            var plan = ScriptableObject.CreateInstance<CapturePlanAsset>();
            var three = plan.ToPlan();
            three.Angles = new[] { 0f, 90, 180 }.Select(yaw => new CaptureAngle(yaw)).ToList();
            (three.Width, three.Height, three.Supersampling) = (64, 64, 1);
            plan.Set(three, new AnimationClip[0]);
            _editor.AddAsset("Assets/Three.asset", plan);
            string[] arguments = { "-character", "Assets/Mina.prefab", "-plan", "Assets/Three.asset", "-out", _folder };
            BatchCapture.Run(arguments);
            Assert.That(_editor.TickUntil(() => Directory.GetFiles(_folder, "*.png").Length > 0, TimeSpan.FromSeconds(60)), Is.True);
            _editor.ReloadDomain();
            var taken = Directory.GetFiles(_folder, "*.png").Length;
            for (var tick = 0; tick < 5; tick++) _editor.Tick();
            Assert.That(Directory.GetFiles(_folder, "*.png").Length, Is.InRange(taken, taken + 1), "what was suspended does not go on by itself");
            BatchCapture.GoOn(arguments);
            Assert.That(_editor.TickUntil(() => _editor.ExitCode != null, TimeSpan.FromSeconds(60)), Is.True);
            Assert.That(_editor.ExitCode, Is.Zero, string.Join("\n", _editor.Console));
            Assert.That(Directory.GetFiles(_folder, "*.png"), Has.Length.EqualTo(3));
            // Nothing is kept for the next start.
            BatchCapture.GoOn(arguments);
            Assert.That(_editor.GetSessionState().ContainsKey("LoraBridge.Batch"), Is.False);
        }
    }
}
