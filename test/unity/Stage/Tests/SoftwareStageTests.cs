using System;
using System.Linq;
using System.Numerics;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using NUnit.Framework;

namespace LoraBridge.TestStage.Tests
{
    public class SoftwareStageTests
    {
        static readonly CapturePlan Plan = new CapturePlan { Width = 96, Height = 128, Supersampling = 1 };
        static readonly CameraPlacement Front = new CameraPlacement(new Vector3(0, 0.75f, 6),
            Quaternion.CreateFromAxisAngle(Vector3.UnitY, (float)Math.PI), 16, 96, 128, 0.1f, 20);

        SoftwareStage _stage;

        [TearDown]
        public void Close() => _stage.Dispose();

        [Test]
        public void SaysWhatGodetteCanDo()
        {
            var character = Load(Godette().WithClip());
            Assert.That((character.Name, character.IsHumanoid, character.HasHead), Is.EqualTo(("Godette", true, true)));
            Assert.That(character.Clips.Select(clip => (clip.Name, clip.Length)), Is.EqualTo(new[] { ("Bow", 1f) }));
            Assert.That(character.Expressions, Does.Contain("joy"));
        }

        [Test]
        public void RegionsHoldTheHeadAndTheHands()
        {
            Load(Godette());
            _stage.SetPose(new CapturePose());
            var posed = _stage.Bake();
            float top = posed.Vertices.Max(vertex => vertex.Y);
            var head = posed.Region(StageRegion.Head).Points;
            Assert.That(head.Max(point => point.Y), Is.EqualTo(top));
            Assert.That(head.Min(point => point.Y), Is.GreaterThan(top * 0.6f));
            Assert.That(posed.Region(StageRegion.LeftHand).Points.Max(point => point.X), Is.LessThan(-0.4f));
            Assert.That(posed.Region(StageRegion.RightHand).Points.Min(point => point.X), Is.GreaterThan(0.4f));
            Assert.That(posed.HipHeight, Is.EqualTo(0.6457f).Within(0.001));
        }

        [TestCase(0.01f), TestCase(100)]
        public void ScaleScalesAllThatIsMeasured(float scale)
        {
            Load(Godette().Scaled(scale));
            _stage.SetPose(new CapturePose());
            var posed = _stage.Bake();
            Assert.That(posed.Vertices.Max(vertex => vertex.Y) / scale, Is.EqualTo(1.495f).Within(0.001));
            Assert.That(posed.HipHeight / scale, Is.EqualTo(0.6457f).Within(0.001));
        }

        [Test]
        public void TwoPassesSeeNothingThroughTheVeilAndOnePassAHole()
        {
            var (black, white, _) = Take(Godette().WithVeil(), new CapturePose(), MattingMode.BlackAndWhite);
            float[] single = Take(Godette().WithVeil(), new CapturePose(), MattingMode.SinglePass).Black;
            int solid = 0, wrong = 0;
            for (int i = 0; i < black.Length; i += 4)
            {
                float alpha = 1 - (white[i] - black[i]);
                if (alpha < 0.999f) continue;
                solid++;
                if (single[i + 3] < 0.76f) wrong++;
            }
            Assert.That(solid, Is.GreaterThan(1000));
            Assert.That(wrong, Is.GreaterThan(solid / 20), "the skin of face, arms and legs");
        }

        [Test]
        public void TheSameShotHasTheSamePixels()
        {
            float[] first = Take(Godette().WithClip(), new CapturePose { Source = PoseSource.Clip, Clip = "Bow", Time = 0.5f }, MattingMode.SinglePass).Black;
            float[] second = Take(Godette().WithClip(), new CapturePose { Source = PoseSource.Clip, Clip = "Bow", Time = 0.5f }, MattingMode.SinglePass).Black;
            Assert.That(second, Is.EqualTo(first));
        }

        [Test]
        public void StudioLightTurnsWithTheCameraAndSceneLightDoesNot()
        {
            double Brightness(LightRig light)
            {
                var plan = new CapturePlan { Width = 96, Height = 128, Supersampling = 1, Light = light, Matting = MattingMode.SinglePass };
                _stage?.Dispose();
                _stage = new SoftwareStage(_ => Godette());
                _stage.Load("godette", new StageSettings(plan, new PicturePool()));
                _stage.SetPose(new CapturePose());
                _stage.Bake();
                // From behind, where the scene's light does not reach.
                _stage.PlaceCamera(new CameraPlacement(new Vector3(0, 0.75f, -6), Quaternion.Identity, 16, 96, 128, 0.1f, 20));
                return _stage.Render(CancellationToken.None).Result.Black.Single.Average();
            }
            Assert.That(Brightness(LightRig.Scene), Is.LessThan(Brightness(LightRig.Studio) * 0.9));
        }

        [Test]
        public void DefectsAreToldByTheirCodes()
        {
            string Code(Subject subject, CapturePose pose = null)
            {
                try
                {
                    Load(subject);
                    if (pose != null) _stage.SetPose(pose);
                    return "none";
                }
                catch (CaptureException error)
                {
                    return error.Code;
                }
            }
            Assert.That(Code(null), Is.EqualTo("input.character.missing"));
            Assert.That(Code(Godette().WithoutRenderer()), Is.EqualTo("input.character.invisible"));
            Assert.That(Code(Godette().WithoutHead(), new CapturePose { Source = PoseSource.Muscles }), Is.EqualTo("input.pose.rig"));
            Assert.That(Code(Godette(), new CapturePose { Source = PoseSource.Clip, Clip = "Fly" }), Is.EqualTo("input.clip.missing"));
            Assert.That(Code(Godette().WithOtherRigClip(), new CapturePose { Source = PoseSource.Clip, Clip = "Spider" }), Is.EqualTo("input.clip.rig"));
            Assert.That(Load(Godette().WithoutHead()).HasHead, Is.False);
        }

        [Test]
        public void UnreadableMeshesAreBoxesWithAGuessedHead()
        {
            Load(Godette().WithUnreadableMeshes());
            _stage.SetPose(new CapturePose());
            var posed = _stage.Bake();
            Assert.That(posed.Vertices, Has.Count.EqualTo(16));
            Assert.That(posed.Vertices.Max(vertex => vertex.Y), Is.EqualTo(1.495f).Within(0.001));
            Assert.That(posed.Regions.Select(region => (region.Name, region.Confidence)), Is.EqualTo(new[] { (StageRegion.Head, 0.3f) }));
        }

        [Test]
        public void HoldsItsCallerToTheOrderOfCallsAndToOneThread()
        {
            Load(Godette());
            Assert.That(() => _stage.PlaceCamera(Front), Throws.InvalidOperationException);
            _stage.SetPose(new CapturePose());
            _stage.Bake();
            Assert.That(() => _stage.Render(CancellationToken.None), Throws.InvalidOperationException);
            _stage.PlaceCamera(Front);
            var shot = _stage.Render(CancellationToken.None);
            if (!shot.IsCompleted) Assert.That(() => _stage.Bake(), Throws.InvalidOperationException);
            shot.Wait();
            Assert.That(() => Task.Run(() => _stage.Bake()).Wait(), Throws.InstanceOf<AggregateException>());
            int open = SoftwareStage.Open;
            _stage.Dispose();
            _stage.Dispose();
            Assert.That(SoftwareStage.Open, Is.EqualTo(open - 1));
            Assert.That(() => _stage.Bake(), Throws.InstanceOf<ObjectDisposedException>());
        }

        static Subject Godette() => Subject.Godette("test/characters");

        StageCharacter Load(Subject subject)
        {
            _stage?.Dispose();
            _stage = new SoftwareStage(_ => subject);
            return _stage.Load("godette", new StageSettings(Plan, new PicturePool()));
        }

        (float[] Black, float[] White, PosedCharacter Posed) Take(Subject subject, CapturePose pose, MattingMode matting)
        {
            _stage?.Dispose();
            _stage = new SoftwareStage(_ => subject);
            var plan = new CapturePlan { Width = Plan.Width, Height = Plan.Height, Supersampling = 1, Matting = matting };
            _stage.Load("godette", new StageSettings(plan, new PicturePool()));
            _stage.SetPose(pose);
            var posed = _stage.Bake();
            _stage.PlaceCamera(Front);
            var passes = _stage.Render(CancellationToken.None).Result;
            return (passes.Black.Single, passes.White?.Single, posed);
        }
    }
}
