#nullable enable
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using LoraBridge.Core.Plan;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Plan
{
    public class PlanExpansionTests
    {
        static CapturePlan Plan(params string[] poses) => new CapturePlan
        {
            Poses = poses.Select(name => new CapturePose { Name = name }).ToList(),
            Framings = { ShotFraming.Full, ShotFraming.Face },
            Angles = { new CaptureAngle(0), new CaptureAngle(-40, 12.5f) },
        };

        [Test]
        public void GoesByPoseThenExpressionThenFramingThenAngle()
        {
            var plan = Plan("stand", "walk");
            plan.Expressions.Add(new CaptureExpression());
            plan.Expressions.Add(new CaptureExpression { Name = "smiling", Key = "joy" });

            var names = PlanExpansion.Expand(plan).Select(shot => shot.Name).ToList();

            Assert.That(names.Take(9), Is.EqualTo(new[]
            {
                "stand_full_yaw0", "stand_full_yaw-40_pitch12.5", "stand_face_yaw0", "stand_face_yaw-40_pitch12.5",
                "stand_full_yaw0_smiling", "stand_full_yaw-40_pitch12.5_smiling", "stand_face_yaw0_smiling", "stand_face_yaw-40_pitch12.5_smiling",
                "walk_full_yaw0",
            }));
            Assert.That(names.Count, Is.EqualTo(16).And.EqualTo(PlanExpansion.Count(plan)));
        }

        [Test]
        public void IsTheSameEveryTimeAndNumbersItsShots()
        {
            var plan = Plan("stand", "walk", "sit");
            var (first, second) = (PlanExpansion.Expand(plan), PlanExpansion.Expand(plan));
            Assert.That(first.Select(shot => shot.Name), Is.EqualTo(second.Select(shot => shot.Name)));
            Assert.That(first.Select(shot => shot.Index), Is.EqualTo(Enumerable.Range(0, 12)));
        }

        [Test]
        public void NamesDoNotDependOnTheLanguageOfTheSystem()
        {
            var before = System.Threading.Thread.CurrentThread.CurrentCulture;
            System.Threading.Thread.CurrentThread.CurrentCulture = new System.Globalization.CultureInfo("de-DE");
            try
            {
                Assert.That(PlanExpansion.Expand(Plan("stand"))[1].Name, Is.EqualTo("stand_full_yaw-40_pitch12.5"));
            }
            finally
            {
                System.Threading.Thread.CurrentThread.CurrentCulture = before;
            }
        }

        [TestCase("arms crossed", "arms-crossed_full_yaw0")]
        [TestCase("立ちポーズ", "立ちポーズ_full_yaw0")]
        [TestCase("a/b\\c:d*e?f\"g<h>i|j\u0001k", "a-b-c-d-e-f-g-h-i-j-k_full_yaw0")]
        [TestCase("  ..hidden  ", "--hidden_full_yaw0")]
        public void NamesAreFileNamesThatTheProtocolTakes(string pose, string name)
        {
            var actual = PlanExpansion.Expand(Plan(pose))[0].Name;
            Assert.That(actual, Is.EqualTo(name));
            Assert.That(actual, Does.Match(@"^[^\p{Cc}/\\]{1,200}$"));
        }

        [Test]
        public void LongNamesStayWithinTheProtocolAndWholeCharacters()
        {
            var plan = Plan(new string('x', 79) + "\U0001F600" + new string('y', 20));
            plan.Expressions.Add(new CaptureExpression { Name = new string('z', 100), Key = "z" });
            var name = PlanExpansion.Expand(plan)[1].Name;
            Assert.That(name.Length, Is.LessThanOrEqualTo(200));
            Assert.That(Regex.IsMatch(name, @"[\uD800-\uDFFF]"), Is.False);
        }
    }
}
