#nullable enable
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Plan
{
    public class PlanPresetsTests
    {
        static readonly StageCharacter Humanoid = new StageCharacter
        {
            Name = "Mina", IsHumanoid = true, HasHead = true, Expressions = new[] { "joy", "angry" },
        };

        [Test]
        public void DefaultIsFivePosesFromThreeAngles()
        {
            var shots = PlanExpansion.Expand(PlanPresets.Default(Humanoid));
            Assert.That(shots.Count, Is.EqualTo(15));
            Assert.That(shots.Select(shot => shot.Pose.Name).Distinct(), Is.EqualTo(new[] { "stand", "walk", "wave", "cheer", "bow" }));
            Assert.That(shots.Select(shot => shot.Angle.Yaw).Distinct(), Is.EqualTo(new[] { 0f, 40f, -40f }));
            Assert.That(shots.All(shot => shot.Framing == ShotFraming.Full && shot.Angle.Pitch == 0 && shot.Expression.Key == ""));
        }

        [Test]
        public void DefaultPrefersTheCharactersOwnClips()
        {
            var character = new StageCharacter
            {
                Name = "Mina", IsHumanoid = true,
                Clips = Enumerable.Range(0, 7).Select(index => new StageClip("clip" + index, index + 1)).ToList(),
            };
            var plan = PlanPresets.Default(character);
            Assert.That(plan.Poses.Select(pose => (pose.Clip, pose.Time)),
                Is.EqualTo(new[] { ("clip0", 0.5f), ("clip1", 1f), ("clip2", 1.5f), ("clip3", 2f), ("clip4", 2.5f) }));
            Assert.That(PlanValidation.Problems(plan, character), Is.Empty);
        }

        [Test]
        public void DefaultTakesWhatHasNoRigAsItStands()
        {
            var plan = PlanPresets.Default(new StageCharacter { Name = "Robot" });
            Assert.That(PlanExpansion.Count(plan), Is.EqualTo(3));
            Assert.That(plan.Poses.Single().Source, Is.EqualTo(PoseSource.AsItStands));
        }

        [Test]
        public void AroundIsEightSidesAtThreeElevations()
        {
            var shots = PlanExpansion.Expand(PlanPresets.Around(Humanoid));
            Assert.That(shots.Count, Is.EqualTo(24));
            Assert.That(shots.Select(shot => shot.Angle).Distinct().Count(), Is.EqualTo(24));
            Assert.That(shots.Select(shot => shot.Angle.Pitch).Distinct(), Is.EquivalentTo(new[] { 0f, 25f, -25f }));
        }

        [TestCase(1), TestCase(7), TestCase(36)]
        public void TurntableGoesEvenlyAround(int count)
        {
            var yaws = PlanExpansion.Expand(PlanPresets.Turntable(Humanoid, count)).Select(shot => shot.Angle.Yaw).ToList();
            Assert.That(yaws.Count, Is.EqualTo(count));
            for (var i = 0; i < count; i++) Assert.That(yaws[i], Is.EqualTo(360.0 * i / count).Within(1e-4));
        }

        [Test]
        public void FacesShowsEveryExpression()
        {
            var shots = PlanExpansion.Expand(PlanPresets.Faces(Humanoid));
            Assert.That(shots.All(shot => shot.Framing == ShotFraming.Face));
            Assert.That(shots.Select(shot => shot.Expression.Key).Distinct(), Is.EqualTo(new[] { "", "joy", "angry" }));
            Assert.That(shots.Count, Is.EqualTo(18));
        }

        [Test]
        public void EverythingIsTheProductOfAll()
        {
            Assert.That(PlanExpansion.Count(PlanPresets.Everything(Humanoid)), Is.EqualTo(5 * 3 * 3 * 24));
            var headless = new StageCharacter { Name = "Robot", IsHumanoid = true };
            Assert.That(PlanExpansion.Count(PlanPresets.Everything(headless)), Is.EqualTo(5 * 2 * 24));
        }

        [Test]
        public void EveryPresetIsValid()
        {
            foreach (var plan in new[] { PlanPresets.Default(Humanoid), PlanPresets.Around(Humanoid), PlanPresets.Turntable(Humanoid, 12), PlanPresets.Faces(Humanoid), PlanPresets.Everything(Humanoid) })
                Assert.That(PlanValidation.Problems(plan).Concat(PlanValidation.Problems(plan, Humanoid)), Is.Empty);
        }

        [Test]
        public void EstimateGrowsWithShotsPixelsAndPasses()
        {
            var plan = PlanPresets.Default(Humanoid);
            var usual = PlanEstimate.Of(plan);
            Assert.That(usual.TotalSeconds, Is.InRange(1, 60));
            Assert.That(PlanEstimate.Of(PlanPresets.Everything(Humanoid)).TotalSeconds, Is.EqualTo(usual.TotalSeconds / 15 * 1080).Within(0.1).Percent);
            plan.Matting = MattingMode.SinglePass;
            Assert.That(PlanEstimate.Of(plan), Is.LessThan(usual));
            plan.Supersampling = 4;
            Assert.That(PlanEstimate.Of(plan), Is.GreaterThan(usual));
        }
    }
}
