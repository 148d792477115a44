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
    sealed class BatchTests : EditorTestFixture
    {
        // Made by the capture.
        string Out => Path.Combine(Project, "Shots");

        [SetUp]
        public void AddAssets()
        {
            Editor.AddAsset("Assets/Mina.prefab", CharacterMaker.Humanoid("Mina"));
            Editor.AddAsset("Assets/Plan.asset", ScriptableObject.CreateInstance<CapturePlanAsset>());
        }

        void Run(params string[] arguments)
        {
            BatchCapture.Run(arguments);
            Assert.That(Editor.TickUntil(() => Editor.ExitCode != null, Limit), Is.True);
        }

        [Test]
        public void PicturesAndDescriptionsAreWritten()
        {
            Run("-character", "Assets/Mina.prefab", "-plan", "Assets/Plan.asset", "-out", Out);
            Assert.That(Editor.ExitCode, Is.Zero, string.Join("\n", Editor.Console));
            Assert.That(Directory.GetFiles(Out).Select(Path.GetFileName),
                Is.EquivalentTo(new[] { "stand_full_yaw0.png", "stand_full_yaw0.shot.json" }));
            var facts = JObject.Parse(File.ReadAllText(Path.Combine(Out, "stand_full_yaw0.shot.json")));
            Assert.That((string)facts["pose"], Is.EqualTo("stand"));
            Assert.That((string)facts["framing"], Is.EqualTo("full"));
            Assert.That((double)facts["regions"]["head"]["confidence"], Is.EqualTo(1));
        }

        [Test]
        public void AMissingCharacterEndsTheEditorWithTheReason()
        {
            Run("-character", "Assets/Gone.prefab", "-out", Out);
            Assert.That(Editor.ExitCode, Is.EqualTo(1));
            Assert.That(Editor.Console, Has.Some.StartsWith("error: input.character.missing"));
        }

        [Test]
        public void ADomainReloadInTheMiddleLosesNothing()
        {
            var plan = ScriptableObject.CreateInstance<CapturePlanAsset>();
            var three = plan.ToPlan();
            three.Angles = new[] { 0f, 90, 180 }.Select(yaw => new CaptureAngle(yaw)).ToList();
            (three.Width, three.Height, three.Supersampling) = (64, 64, 1);
            plan.Set(three, new AnimationClip[0]);
            Editor.AddAsset("Assets/Three.asset", plan);
            string[] arguments = { "-character", "Assets/Mina.prefab", "-plan", "Assets/Three.asset", "-out", Out };
            BatchCapture.Run(arguments);
            Assert.That(Editor.TickUntil(() => Directory.GetFiles(Out, "*.png").Length > 0, TimeSpan.FromSeconds(60)), Is.True);
            Editor.ReloadDomain();
            var taken = Directory.GetFiles(Out, "*.png").Length;
            for (var tick = 0; tick < 5; tick++) Editor.Tick();
            Assert.That(Directory.GetFiles(Out, "*.png").Length, Is.InRange(taken, taken + 1), "what was suspended does not resume by itself");
            BatchCapture.Resume(arguments);
            Assert.That(Editor.TickUntil(() => Editor.ExitCode != null, TimeSpan.FromSeconds(60)), Is.True);
            Assert.That(Editor.ExitCode, Is.Zero, string.Join("\n", Editor.Console));
            Assert.That(Directory.GetFiles(Out, "*.png"), Has.Length.EqualTo(3));
            // Nothing is kept for the next start.
            BatchCapture.Resume(arguments);
            Assert.That(Editor.GetSessionState().ContainsKey("LoraBridge.Batch"), Is.False);
        }
    }
}
