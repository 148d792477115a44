#nullable enable
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Plan;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Framing
{
    public class ShotFramerTests
    {
        // Feet, hips, hands and a head, as boxes of points.
        static IEnumerable<Vector3> Box(Vector3 centre, float size) =>
            from x in new[] { -1, 1 } from y in new[] { -1, 1 } from z in new[] { -1, 1 }
            select centre + new Vector3(x, y, z) * size;

        static readonly List<Vector3> Head = Box(new Vector3(0, 1.5f, 0), 0.1f).ToList();
        static readonly List<Vector3> Hand = Box(new Vector3(-0.4f, 1, 0.1f), 0.05f).ToList();
        static readonly List<Vector3> Body = Head.Concat(Hand).Concat(Box(new Vector3(0, 0.9f, 0), 0.15f)).Concat(Box(new Vector3(0, 0.1f, 0), 0.1f)).ToList();

        static readonly PosedCharacter Posed = new PosedCharacter(Body, new[]
        {
            new StageRegion(StageRegion.Head, Head, 1), new StageRegion(StageRegion.LeftHand, Hand, 0.5f),
        }, 0.85f);

        static readonly PosedCharacter Featureless = new PosedCharacter(Body, new StageRegion[0], null);

        static (CameraPlacement Camera, PlannedShot Shot) Place(ShotFraming framing, PosedCharacter posed)
        {
            var plan = new CapturePlan
            {
                Poses = { new CapturePose { Name = "stand" } }, Framings = { framing }, Angles = { new CaptureAngle(20, 5) }, Width = 600, Height = 800,
            };
            var shot = PlanExpansion.Expand(plan).Single();
            return (ShotFramer.Place(plan, shot, posed), shot);
        }

        static bool IsInside(Vector3 point, CameraPlacement camera, float border)
        {
            var pixel = camera.Project(point);
            return pixel.X > border && pixel.X < camera.Width - border && pixel.Y > border && pixel.Y < camera.Height - border;
        }

        [Test]
        public void FullShowsEveryVertex() => Assert.That(Body.All(point => IsInside(point, Place(ShotFraming.Full, Posed).Camera, 29.9f)));

        [Test]
        public void UpperShowsWhatIsAboveTheHips()
        {
            var camera = Place(ShotFraming.Upper, Posed).Camera;
            Assert.That(Body.Where(point => point.Y >= 0.85f).All(point => IsInside(point, camera, 29.9f)));
            Assert.That(Body.Where(point => point.Y < 0.3f).Any(point => IsInside(point, camera, 0)), Is.False);
        }

        [Test]
        public void UpperWithoutHipsShowsTheUpperHalf()
        {
            var camera = Place(ShotFraming.Upper, Featureless).Camera;
            Assert.That(Head.All(point => IsInside(point, camera, 29.9f)));
            Assert.That(IsInside(new Vector3(0, 0.1f, 0), camera, 0), Is.False);
        }

        [Test]
        public void UpperOfOneUpsideDownShowsEverything()
        {
            var inverted = new PosedCharacter(Body, new StageRegion[0], 2);
            Assert.That(Body.All(point => IsInside(point, Place(ShotFraming.Upper, inverted).Camera, 29.9f)));
        }

        [Test]
        public void FaceFillsThePictureWithTheHead()
        {
            var camera = Place(ShotFraming.Face, Posed).Camera;
            var head = RegionProjection.Regions(Posed, camera)[StageRegion.Head];
            Assert.That(head.Width, Is.EqualTo(540).Within(0.5));
            Assert.That(head.X, Is.EqualTo(30).Within(0.5));
            Assert.That(head.Confidence, Is.EqualTo(1).Within(1e-6));
        }

        [Test]
        public void FaceWithoutAHeadSaysSo()
        {
            var error = Assert.Throws<CaptureException>(() => Place(ShotFraming.Face, Featureless));
            Assert.That(error!.Code, Is.EqualTo("input.plan.no-head"));
        }

        [Test]
        public void ACharacterWithoutVerticesSaysSo()
        {
            var error = Assert.Throws<CaptureException>(() => Place(ShotFraming.Full, new PosedCharacter(new Vector3[0], new StageRegion[0], null)));
            Assert.That(error!.Code, Is.EqualTo("input.character.invisible"));
        }

        [Test]
        public void RegionsHoldTheirPoints()
        {
            var camera = Place(ShotFraming.Full, Posed).Camera;
            var regions = RegionProjection.Regions(Posed, camera);
            Assert.That(regions.Keys, Is.EquivalentTo(new[] { "head", "leftHand" }));
            foreach (var (name, points) in new[] { ("head", Head), ("leftHand", Hand) })
            {
                var (region, pixels) = (regions[name], points.Select(camera.Project).ToList());
                Assert.That(region.X, Is.EqualTo(pixels.Min(pixel => pixel.X)).Within(0.01));
                Assert.That(region.Y, Is.EqualTo(pixels.Min(pixel => pixel.Y)).Within(0.01));
                Assert.That(region.X + region.Width, Is.EqualTo(pixels.Max(pixel => pixel.X)).Within(0.01));
                Assert.That(region.Y + region.Height, Is.EqualTo(pixels.Max(pixel => pixel.Y)).Within(0.01));
            }
            Assert.That(regions["leftHand"].Confidence, Is.EqualTo(0.5).Within(1e-6));
        }

        [Test]
        public void RegionsAreCutAtTheEdgesAndLessSureThere()
        {
            var camera = new CameraPlacement(new Vector3(0, 0, -10), Quaternion.Identity, 90, 100, 100, 0.1f, 100);
            // At distance 10 the picture shows ±10: 5 pixels a unit.
            PictureRegion? Region(float left, float right)
            {
                var points = new[] { new Vector3(left, -1, 0), new Vector3(right, 1, 0) };
                RegionProjection.Regions(new PosedCharacter(points, new[] { new StageRegion("head", points, 0.8f) }, null), camera).TryGetValue("head", out var region);
                return region;
            }
            var half = Region(8, 12)!;
            Assert.That((half.X, half.Y, half.Width, half.Height), Is.EqualTo((90f, 45f, 10f, 10f)).Using<(float, float, float, float)>((a, b) =>
                (new Vector4(a.Item1, a.Item2, a.Item3, a.Item4) - new Vector4(b.Item1, b.Item2, b.Item3, b.Item4)).Length() < 0.01f));
            Assert.That(half.Confidence, Is.EqualTo(0.4).Within(1e-4));
            Assert.That(Region(9.5f, 13), Is.Null, "too little of it");
            Assert.That(Region(11, 13), Is.Null, "outside");
        }

        [Test]
        public void RegionsBehindTheCameraAreLeftOut()
        {
            var camera = new CameraPlacement(Vector3.Zero, Quaternion.Identity, 90, 100, 100, 0.1f, 100);
            var points = new[] { new Vector3(0, 0, -5), new Vector3(0.1f, 0.1f, 5) };
            Assert.That(RegionProjection.Regions(new PosedCharacter(points, new[] { new StageRegion("head", points, 1) }, null), camera), Is.Empty);
        }
    }
}
