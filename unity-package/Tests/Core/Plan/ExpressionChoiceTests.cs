using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Plan
{
    public class ExpressionChoiceTests
    {
        static readonly string[] Vroid =
        {
            "Fcl_ALL_Neutral", "Fcl_ALL_Angry", "Fcl_ALL_Fun", "Fcl_ALL_Joy", "Fcl_ALL_Sorrow", "Fcl_ALL_Surprised", "Fcl_BRW_Angry",
            "Fcl_BRW_Joy", "Fcl_EYE_Close", "Fcl_EYE_Joy", "Fcl_MTH_A", "Fcl_MTH_Joy", "Fcl_HA_Fung1",
        };

        static StageCharacter With(string[] shapes, params string[] presets)
          => new StageCharacter { IsHumanoid = true, HasHead = true, Expressions = presets.Concat(shapes).ToArray(), ExpressionPresets = presets };

        [Test]
        public void VrmsPresetsCountWhereThereAreAny()
        {
            var mina = With(Enumerable.Range(0, 74).Select(index => "shape" + index).ToArray(),
                "Neutral", "A", "Blink", "Joy", "Angry", "Sorrow", "Fun", "LookUp", "Surprised");
            Assert.That(ExpressionChoice.Of(mina), Is.EqualTo(new[] { "Joy", "Fun", "Angry", "Sorrow", "Surprised", "Blink", "A" }));
            // Seven and the face as it is, from six sides: not 450.
            Assert.That(PlanExpansion.Count(PlanPresets.Faces(mina)), Is.EqualTo(48));
        }

        [Test]
        public void OfBlendShapesWholeExpressionsCount()
        {
            Assert.That(ExpressionChoice.Of(With(Vroid)),
                Is.EqualTo(new[] { "Fcl_ALL_Joy", "Fcl_ALL_Fun", "Fcl_ALL_Angry", "Fcl_ALL_Sorrow", "Fcl_ALL_Surprised" }));
            Assert.That(ExpressionChoice.Of(With(new[] { "まばたき", "笑い", "あ", "怒り" })), Is.EqualTo(new[] { "笑い", "怒り", "まばたき" }));
        }

        [Test]
        public void OtherBlendShapesAreTakenWhereNoneNamesAFeeling()
        {
            var shapes = Enumerable.Range(0, 74).Select(index => "shape" + index).ToArray();
            Assert.That(ExpressionChoice.Of(With(shapes)), Is.EqualTo(shapes.Take(ExpressionChoice.Maximum)));
        }

        [TestCase(0), TestCase(27), TestCase(100)]
        public void EverythingCanAlwaysBeCarriedOut(int shapes)
        {
            var mina = With(Enumerable.Range(0, shapes).Select(index => "smile" + index).ToArray());
            var plan = PlanPresets.Everything(mina);
            Assert.That(PlanValidation.Problems(plan), Is.Empty);
            Assert.That(PlanExpansion.Count(plan), Is.LessThanOrEqualTo(PlanValidation.MaxShots));
        }

        [Test]
        public void AHumanoidWithOneClipTakesBuiltInPosesForTheRest()
        {
            var mina = new StageCharacter { IsHumanoid = true, Clips = new[] { new StageClip("Walk", 2) } };
            var plan = PlanPresets.Default(mina);
            Assert.That(plan.Poses.Select(pose => pose.Name), Is.EqualTo(new[] { "Walk", "stand", "wave", "cheer", "bow" }));
            Assert.That(PlanExpansion.Count(plan), Is.EqualTo(15));
            Assert.That(PlanValidation.Problems(plan), Is.Empty);
            // A clip of another rig is no reason to have the other poses.
            var robot = new StageCharacter { Clips = new[] { new StageClip("Walk", 2) } };
            Assert.That(PlanPresets.Default(robot).Poses.Single().Name, Is.EqualTo("Walk"));
        }
    }
}
