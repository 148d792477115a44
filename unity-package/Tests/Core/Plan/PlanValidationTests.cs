#nullable enable
using System;
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Plan
{
    public class PlanValidationTests
    {
        static CapturePlan Good() => new CapturePlan
        {
            Poses = { new CapturePose { Name = "stand" } },
            Framings = { ShotFraming.Full },
            Angles = { new CaptureAngle(0) },
        };

        [Test]
        public void AGoodPlanHasNoProblems() => Assert.That(PlanValidation.Problems(Good()), Is.Empty);

        static readonly object[] Bad =
        {
            new object[] { "input.plan.empty", (Action<CapturePlan>)(plan => plan.Poses.Clear()) },
            new object[] { "input.plan.empty", (Action<CapturePlan>)(plan => plan.Framings.Clear()) },
            new object[] { "input.plan.empty", (Action<CapturePlan>)(plan => plan.Angles.Clear()) },
            new object[] { "input.plan.too-large", (Action<CapturePlan>)(plan => { for (var i = 0; i < 10_001; i++) plan.Angles.Add(new CaptureAngle(i % 360)); }) },
            new object[] { "input.plan.size", (Action<CapturePlan>)(plan => plan.Width = 0) },
            new object[] { "input.plan.size", (Action<CapturePlan>)(plan => plan.Height = 100_000) },
            new object[] { "input.plan.size", (Action<CapturePlan>)(plan => (plan.Width, plan.Supersampling) = (4096, 4)) },
            new object[] { "input.plan.size", (Action<CapturePlan>)(plan => plan.Width = int.MinValue) },
            new object[] { "input.plan.supersampling", (Action<CapturePlan>)(plan => plan.Supersampling = 0) },
            new object[] { "input.plan.supersampling", (Action<CapturePlan>)(plan => plan.Supersampling = int.MaxValue) },
            new object[] { "input.plan.margin", (Action<CapturePlan>)(plan => plan.Margin = 0.5f) },
            new object[] { "input.plan.margin", (Action<CapturePlan>)(plan => plan.Margin = float.NaN) },
            new object[] { "input.plan.field-of-view", (Action<CapturePlan>)(plan => plan.FieldOfView = 180) },
            new object[] { "input.plan.angle", (Action<CapturePlan>)(plan => plan.Angles[0] = new CaptureAngle(float.NaN)) },
            new object[] { "input.plan.angle", (Action<CapturePlan>)(plan => plan.Angles[0] = new CaptureAngle(0, 91)) },
            new object[] { "input.plan.name", (Action<CapturePlan>)(plan => plan.Poses[0].Name = " ") },
            new object[] { "input.plan.name", (Action<CapturePlan>)(plan => plan.Poses[0].Name = new string('x', 101)) },
            new object[] { "input.plan.name", (Action<CapturePlan>)(plan => plan.Expressions.Add(new CaptureExpression { Key = "joy" })) },
            new object[] { "input.plan.duplicate", (Action<CapturePlan>)(plan => plan.Poses.Add(new CapturePose { Name = "stand" })) },
            new object[] { "input.plan.duplicate", (Action<CapturePlan>)(plan => plan.Angles.Add(new CaptureAngle(0))) },
            new object[] { "input.plan.muscle", (Action<CapturePlan>)(plan => plan.Poses[0] = new CapturePose { Name = "a", Source = PoseSource.Muscles, Muscles = { ["Left Wing Up-Down"] = 0 } }) },
            new object[] { "input.plan.muscle", (Action<CapturePlan>)(plan => plan.Poses[0] = new CapturePose { Name = "a", Source = PoseSource.Muscles, Muscles = { ["Jaw Close"] = 1.5f } }) },
            new object[] { "input.plan.time", (Action<CapturePlan>)(plan => plan.Poses[0] = new CapturePose { Name = "a", Source = PoseSource.Clip, Clip = "a", Time = -1 }) },
            new object[] { "input.plan.weight", (Action<CapturePlan>)(plan => plan.Expressions.Add(new CaptureExpression { Name = "x", Key = "x", Weight = 2 })) },
        };

        [TestCaseSource(nameof(Bad))]
        public void ABadPlanSaysWhatIsWrong(string code, Action<CapturePlan> spoil)
        {
            var plan = Good();
            spoil(plan);
            var problems = PlanValidation.Problems(plan);
            Assert.That(problems.Select(problem => problem.Code).Distinct(), Is.EqualTo(new[] { code }));
            Assert.That(problems.All(problem => problem.Message.Length > 0 && problem.Hint.Length > 0));
        }

        static readonly object[] Unfit =
        {
            new object[] { "input.plan.not-humanoid", (Action<CapturePlan>)(plan => plan.Poses[0] = HumanPoses.Find("walk")!) },
            new object[] { "input.plan.no-head", (Action<CapturePlan>)(plan => plan.Framings.Add(ShotFraming.Face)) },
            new object[] { "input.plan.clip", (Action<CapturePlan>)(plan => plan.Poses[0] = new CapturePose { Name = "run", Source = PoseSource.Clip, Clip = "Run" }) },
            new object[] { "input.plan.time", (Action<CapturePlan>)(plan => plan.Poses[0] = new CapturePose { Name = "walk", Source = PoseSource.Clip, Clip = "Walk", Time = 3 }) },
            new object[] { "input.plan.expression", (Action<CapturePlan>)(plan => plan.Expressions.Add(new CaptureExpression { Name = "smiling", Key = "joy" })) },
        };

        [TestCaseSource(nameof(Unfit))]
        public void APlanThatDoesNotFitItsCharacterSaysWhy(string code, Action<CapturePlan> change)
        {
            var robot = new StageCharacter { Name = "Robot", Clips = new[] { new StageClip("Walk", 2) } };
            var plan = Good();
            Assert.That(PlanValidation.Problems(plan, robot), Is.Empty);
            change(plan);
            Assert.That(PlanValidation.Problems(plan), Is.Empty);
            Assert.That(PlanValidation.Problems(plan, robot).Single().Code, Is.EqualTo(code));
        }
    }
}
