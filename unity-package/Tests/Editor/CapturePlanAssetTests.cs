#nullable enable
using System;
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Plans;
using NUnit.Framework;
using UnityEngine;
using Object = UnityEngine.Object;

namespace LoraBridge.Editor.Tests
{
    sealed class CapturePlanAssetTests
    {
        static readonly StageCharacter Humanoid = new StageCharacter
        {
            Name = "Mina", IsHumanoid = true, HasHead = true, Expressions = new[] { "smile", "angry" },
        };

        [TestCase(PlanPreset.Default, 15)]
        [TestCase(PlanPreset.Around, 24)]
        [TestCase(PlanPreset.Turntable, 16)]
        [TestCase(PlanPreset.Faces, 18)]
        [TestCase(PlanPreset.Everything, 1080)]
        public void AnAssetMakesThePlanThatItWasGiven(PlanPreset preset, int shots)
        {
            var plan = PlanChoice.PlanOf(preset, Humanoid);
            Assert.That(PlanExpansion.Count(plan), Is.EqualTo(shots));
            var asset = ScriptableObject.CreateInstance<CapturePlanAsset>();
            try
            {
                asset.Set(plan, new AnimationClip[0]);
                Assert.That(Line(asset.ToPlan()), Is.EqualTo(Line(plan)));
            }
            finally
            {
                Object.DestroyImmediate(asset);
            }
        }

        // As the capture keeps it, without the id, which is another one each time.
        static string Line(CapturePlan plan)
        {
            var cursor = CaptureCursor.Begin("Mina", "Assets/Mina.prefab", plan);
            return cursor.ToJson().Replace(cursor.Id.ToString(), "");
        }

        [Test]
        public void ANewAssetIsAPlanThatCanBeCaptured()
        {
            var asset = ScriptableObject.CreateInstance<CapturePlanAsset>();
            try
            {
                Assert.That(PlanValidation.Problems(asset.ToPlan()), Is.Empty);
                Assert.That(PlanText.Of(asset.ToPlan()), Does.Contain("1 "));
            }
            finally
            {
                Object.DestroyImmediate(asset);
            }
        }

        [Test]
        public void APlanWithoutShotsSaysWhatItLacks()
          => Assert.That(PlanText.Of(new CapturePlan()), Does.Contain("no shots").And.Contain("at least one pose"));

        [TestCase(4.2, "5 s")]
        [TestCase(185, "3:05")]
        [TestCase(3785, "1:03:05")]
        public void DurationsAreShort(double seconds, string text)
          => Assert.That(PlanText.Duration(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));
    }
}
