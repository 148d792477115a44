#nullable enable
using System.Linq;
using LoraBridge.Core.Plan;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Plan
{
    public class HumanPosesTests
    {
        // Positions as published for HumanTrait.MuscleName.
        [TestCase(0, "Spine Front-Back", -40, 40)]
        [TestCase(8, "UpperChest Twist Left-Right", -20, 20)]
        [TestCase(12, "Head Nod Down-Up", -40, 40)]
        [TestCase(15, "Left Eye Down-Up", -10, 15)]
        [TestCase(18, "Right Eye In-Out", -20, 20)]
        [TestCase(19, "Jaw Close", -10, 10)]
        [TestCase(21, "Left Upper Leg Front-Back", -90, 50)]
        [TestCase(32, "Right Lower Leg Stretch", -80, 80)]
        [TestCase(37, "Left Shoulder Down-Up", -15, 30)]
        [TestCase(48, "Right Arm Down-Up", -60, 100)]
        [TestCase(54, "Right Hand In-Out", -40, 40)]
        [TestCase(57, "Left Thumb 2 Stretched", -40, 35)]
        [TestCase(64, "Left Middle Spread", -7.5f, 7.5f)]
        [TestCase(94, "Right Little 3 Stretched", -45, 45)]
        public void MusclesAreUnitys(int index, string name, float min, float max)
        {
            var muscle = HumanMuscles.All[index];
            Assert.That((muscle.Index, muscle.Name, muscle.Min, muscle.Max), Is.EqualTo((index, name, min, max)));
            Assert.That(HumanMuscles.Find(name), Is.SameAs(muscle));
            Assert.That(HumanMuscles.All.Count, Is.EqualTo(95));
        }

        [Test]
        public void AValueIsAShareOfItsOwnSideOfTheRange()
        {
            var arm = HumanMuscles.Find("Left Arm Down-Up")!;
            Assert.That(new[] { -1f, -0.5f, 0, 0.5f, 1 }.Select(arm.Degrees), Is.EqualTo(new[] { -60f, -30, 0, 50, 100 }));
        }

        [Test]
        public void EveryPoseIsValidAndDifferent()
        {
            var plan = new CapturePlan
            {
                Poses = HumanPoses.Names.Select(name => HumanPoses.Find(name)!).ToList(),
                Framings = { ShotFraming.Full },
                Angles = { new CaptureAngle(0) },
            };
            Assert.That(PlanValidation.Problems(plan), Is.Empty);
            Assert.That(HumanPoses.Names.Count, Is.GreaterThanOrEqualTo(9));
            var values = plan.Poses.Select(pose => string.Join(",", HumanMuscles.All.Select(muscle => pose.Muscles.TryGetValue(muscle.Name, out var value) ? value : 0)));
            Assert.That(values, Is.Unique);
        }

        [Test]
        public void ACopyDoesNotChangeTheTable()
        {
            HumanPoses.Find("stand")!.Muscles["Jaw Close"] = 1;
            Assert.That(HumanPoses.Find("stand")!.Muscles.ContainsKey("Jaw Close"), Is.False);
            Assert.That(HumanPoses.Find("levitate"), Is.Null);
        }
    }
}
