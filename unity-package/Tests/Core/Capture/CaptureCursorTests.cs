#nullable enable
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using Newtonsoft.Json;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Capture
{
    public class CaptureCursorTests
    {
        static CapturePlan Plan() => new CapturePlan
        {
            Poses = { HumanPoses.Find("walk")!, new CapturePose { Name = "走る", Source = PoseSource.Clip, Clip = "Run \"fast\"", Time = 0.1f } },
            Expressions = { new CaptureExpression(), new CaptureExpression { Name = "smiling", Key = "joy", Weight = 0.7f } },
            Framings = { ShotFraming.Face, ShotFraming.Upper },
            Angles = { new CaptureAngle(-40, 12.5f), new CaptureAngle(51.42857f) },
            Width = 512, Height = 640, Supersampling = 3, Margin = 0.07f, FieldOfView = 33,
            Light = LightRig.Scene, Matting = MattingMode.SinglePass,
        };

        [Test]
        public void AShotThatCannotBeTakenIsSkipped()
        {
            var cursor = CaptureCursor.Begin("Mina", "subject", new CapturePlan());
            var later = CaptureCursor.Parse(cursor.Without(2).ToJson())!;
            Assert.That((later.Next, later.Id), Is.EqualTo((0, cursor.Id)));
            Assert.That(later.Skipped, Is.EqualTo(new[] { 2 }));
            Assert.That(later.Without(0).Without(1).Next, Is.EqualTo(3), "behind all that are skipped");
        }

        [Test]
        public void ComesBackFromTextAsItWas()
        {
            var cursor = CaptureCursor.Begin("Mina", "GlobalObjectId_V1-2-abc", Plan()).At(7);
            var back = CaptureCursor.Parse(cursor.ToJson())!;
            Assert.That((back.Id, back.Character, back.Subject, back.Next), Is.EqualTo((cursor.Id, "Mina", "GlobalObjectId_V1-2-abc", 7)));
            Assert.That(JsonConvert.SerializeObject(back.Plan), Is.EqualTo(JsonConvert.SerializeObject(Plan())));
            Assert.That(PlanExpansion.Expand(back.Plan).Select(shot => shot.Name), Is.EqualTo(PlanExpansion.Expand(Plan()).Select(shot => shot.Name)));
            Assert.That(cursor.ToJson(), Does.Not.Contain("\n").And.Contain("\"Scene\""));
        }

        [Test]
        public void KeepsItsOwnCopyOfThePlan()
        {
            var plan = Plan();
            var cursor = CaptureCursor.Begin("Mina", "mina", plan);
            plan.Poses.Clear();
            Assert.That(cursor.Plan.Poses.Count, Is.EqualTo(2));
        }

        [TestCase("")]
        [TestCase("null")]
        [TestCase("{}")]
        [TestCase("[]")]
        [TestCase("{\"Id\":\"x\"}")]
        [TestCase("{\"Id\":\"4f0c4dfa-9b1f-4f1f-8d6c-0123456789ab\",\"Character\":\"a\",\"Subject\":\"b\",\"Plan\":{},\"Next\":-1}")]
        [TestCase("{\"Id\":\"4f0c4dfa-9b1f-4f1f-8d6c-0123456789ab\",\"Character\":\"a\",\"Subject\":\"b\",\"Plan\":null,\"Next\":1}")]
        public void ATextThatIsNoneGivesNone(string text) => Assert.That(CaptureCursor.Parse(text), Is.Null);

        [Test]
        public void HalfATextGivesNone()
        {
            var text = CaptureCursor.Begin("Mina", "mina", Plan()).ToJson();
            for (var length = 0; length < text.Length; length += 7) Assert.That(CaptureCursor.Parse(text.Substring(0, length)), Is.Null);
        }

        [TestCase("Mina", "Mina")]
        [TestCase("Mina: battle/dress.", "Mina- battle-dress")]
        [TestCase("  .hidden", "hidden")]
        [TestCase("ミナ（冬服）", "ミナ（冬服）")]
        [TestCase("a\tb\u0000c", "a-b-c")]
        [TestCase("...", "character")]
        [TestCase("Aux", "Aux-")]
        [TestCase("COM1.v2", "COM1-.v2")]
        [TestCase("Conrad", "Conrad")]
        [TestCase("", "character")]
        public void CharacterNamesBecomeWhatTheProtocolTakes(string text, string name)
        {
            Assert.That(CharacterName.Of(text), Is.EqualTo(name));
            Assert.That(CharacterName.Of(text), Does.Match("^(?![.\\s])[^\\p{Cc}/\\\\:*?\"<>|]+(?<![.\\s])$"));
        }

        [Test]
        public void LongCharacterNamesAreCutBetweenCharacters()
        {
            var name = CharacterName.Of(new string('x', 99) + "\U0001F600");
            Assert.That(name, Is.EqualTo(new string('x', 99)));
        }
    }
}
