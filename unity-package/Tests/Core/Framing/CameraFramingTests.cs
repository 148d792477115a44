#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Plan;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Framing
{
    public class CameraFramingTests
    {
        /// <summary>A figure of 1.6 units with outstretched arm: an ellipsoid of points and two far ones.</summary>
        static List<Vector3> Figure(float scale, Vector3 place, int seed = 1)
        {
            var random = new Random(seed);
            float Next() => (float)(random.NextDouble() * 2 - 1);
            var points = new List<Vector3>();
            while (points.Count < 2000)
            {
                var point = new Vector3(Next(), Next(), Next());
                if (point.LengthSquared() <= 1) points.Add(place + scale * new Vector3(point.X * 0.3f, 0.8f + point.Y * 0.8f, point.Z * 0.2f));
            }
            points.Add(place + scale * new Vector3(0.7f, 1.2f, 0.4f));
            points.Add(place + scale * new Vector3(-0.1f, 0, -0.5f));
            return points;
        }

        /// <summary>Pixels, by matrices as Unity has them: world to camera, then perspective division.</summary>
        static IEnumerable<(double X, double Y, double Depth)> Project(IEnumerable<Vector3> points, CameraPlacement camera)
        {
            var toWorld = Matrix4x4.CreateFromQuaternion(camera.Rotation) * Matrix4x4.CreateTranslation(camera.Position);
            Assert.That(Matrix4x4.Invert(toWorld, out var toCamera));
            var focal = camera.Height / 2.0 / Math.Tan(camera.FieldOfView * Math.PI / 360);
            return points.Select(point => Vector3.Transform(point, toCamera))
                .Select(local => (camera.Width / 2.0 + focal * local.X / local.Z, camera.Height / 2.0 - focal * local.Y / local.Z, (double)local.Z));
        }

        static void AssertFramed(IReadOnlyList<Vector3> points, CameraPlacement camera, float margin)
        {
            var pixels = Project(points, camera).ToList();
            var border = margin * Math.Min(camera.Width, camera.Height);
            var (left, right) = (pixels.Min(pixel => pixel.X) - border, camera.Width - border - pixels.Max(pixel => pixel.X));
            var (top, bottom) = (pixels.Min(pixel => pixel.Y) - border, camera.Height - border - pixels.Max(pixel => pixel.Y));
            const double tolerance = 0.1;
            Assert.That(new[] { left, right, top, bottom }, Is.All.GreaterThan(-tolerance), "beyond the margin");
            Assert.That(Math.Min(Math.Max(left, right), Math.Max(top, bottom)), Is.LessThan(tolerance), "not tight on the binding axis");
            Assert.That((left, top), Is.EqualTo((right, bottom)).Using<(double, double)>((a, b) =>
                Math.Abs(a.Item1 - b.Item1) < tolerance && Math.Abs(a.Item2 - b.Item2) < tolerance), "not centred");
            Assert.That(pixels.Min(pixel => pixel.Depth), Is.GreaterThan(camera.Near));
            Assert.That(pixels.Max(pixel => pixel.Depth), Is.LessThan(camera.Far));
            Assert.That(camera.Near, Is.GreaterThan(0));
        }

        [Test]
        public void EveryPointIsInsideAndTheMarginExact(
            [Values(0, 40, -40, 90, 180, 247)] float yaw, [Values(-90, -25, 0, 60, 90)] float pitch, [Values(0.01f, 1, 100)] float scale)
        {
            foreach (var (width, height, fieldOfView, margin) in new[] { (1024, 1024, 20f, 0.05f), (768, 1024, 60f, 0f), (2048, 512, 1f, 0.2f), (256, 1024, 120f, 0.4f) })
            {
                var points = Figure(scale, new Vector3(3, -1, 2) * scale);
                var camera = CameraFraming.Frame(points, points, new CaptureAngle(yaw, pitch), fieldOfView, width, height, margin);
                AssertFramed(points, camera, margin);
            }
        }

        [Test]
        public void LooksFromTheSideThatTheProtocolMeans()
        {
            var points = Figure(1, Vector3.Zero);
            CameraPlacement From(float yaw, float pitch) => CameraFraming.Frame(points, points, new CaptureAngle(yaw, pitch), 20, 512, 512, 0.05f);
            Assert.That(From(0, 0).Position.Z, Is.GreaterThan(2));
            Assert.That(From(90, 0).Position.X, Is.LessThan(-2), "90 is from the character's left, which is -x where it faces +z");
            Assert.That(From(180, 0).Position.Z, Is.LessThan(-2));
            Assert.That(From(0, 90).Position.Y, Is.GreaterThan(2));
            var hand = new Vector3(-0.5f, 1, 0);
            Assert.That(From(0, 0).Project(hand).X, Is.GreaterThan(256), "from the front its left hand is on the right");
            Assert.That(From(0, 0).Project(new Vector3(0, 1.6f, 0)).Y, Is.LessThan(From(0, 0).Project(Vector3.Zero).Y));
            Assert.That(Vector3.Transform(Vector3.UnitY, From(30, 50).Rotation).Y, Is.GreaterThan(0), "no roll");
        }

        [Test]
        public void ProjectAgreesWithMatrices()
        {
            var points = Figure(1, new Vector3(1, 2, 3));
            var camera = CameraFraming.Frame(points, points, new CaptureAngle(33, 17), 35, 800, 600, 0.1f);
            var expected = Project(points, camera).ToList();
            for (var i = 0; i < points.Count; i++)
            {
                var pixel = camera.Project(points[i]);
                Assert.That(pixel.X, Is.EqualTo(expected[i].X).Within(0.02));
                Assert.That(pixel.Y, Is.EqualTo(expected[i].Y).Within(0.02));
                Assert.That(pixel.Z, Is.EqualTo(expected[i].Depth).Within(1e-4));
            }
        }

        [Test]
        public void ClippingPlanesHoldWhatIsNotFramed()
        {
            var points = Figure(1, Vector3.Zero);
            var head = points.Where(point => point.Y > 1.4f).ToList();
            var hands = new[] { new Vector3(0, 1.4f, 0.6f), new Vector3(0, 1.4f, -3) };
            var camera = CameraFraming.Frame(head, points.Concat(hands).ToList(), new CaptureAngle(0), 20, 512, 512, 0.05f);
            AssertFramed(head, camera, 0.05f);
            foreach (var (_, _, depth) in Project(hands, camera)) Assert.That(depth, Is.InRange(camera.Near, camera.Far));
        }

        [Test]
        public void WhatReachesBehindTheCameraLeavesAUsableNearPlane()
        {
            var head = new[] { new Vector3(-0.1f, 1.5f, 0), new Vector3(0.1f, 1.7f, 0.1f) };
            var camera = CameraFraming.Frame(head, head.Append(new Vector3(0, 1.5f, 50)).ToList(), new CaptureAngle(0), 40, 512, 512, 0.05f);
            Assert.That(camera.Near, Is.GreaterThan(0).And.LessThan(Project(head, camera).Min(pixel => pixel.Depth)));
            AssertFramed(head, camera, 0.05f);
        }

        [Test]
        public void FarFromTheOriginIsAsExactAsFloatsAllow()
        {
            var points = Figure(1, new Vector3(500, 0, -300));
            AssertFramed(points, CameraFraming.Frame(points, points, new CaptureAngle(20, 10), 30, 512, 512, 0.05f), 0.05f);
        }

        [Test]
        public void FlatAndSinglePointsGiveAFiniteCamera()
        {
            foreach (var points in new[] { new[] { Vector3.One }, new[] { Vector3.Zero, Vector3.UnitZ }, new[] { Vector3.Zero, Vector3.UnitX } })
            {
                var camera = CameraFraming.Frame(points, points, new CaptureAngle(0), 20, 512, 512, 0.05f);
                foreach (var (x, y, depth) in Project(points, camera))
                {
                    Assert.That(x, Is.InRange(25, 487));
                    Assert.That(y, Is.InRange(25, 487));
                    Assert.That(depth, Is.InRange(camera.Near, camera.Far));
                }
            }
        }

        [Test]
        public void RefusesNothingAndWhatIsNotFinite()
        {
            Assert.Throws<ArgumentException>(() => CameraFraming.Frame(new Vector3[0], new Vector3[0], new CaptureAngle(0), 20, 512, 512, 0));
            var broken = new[] { Vector3.Zero, new Vector3(0, float.NaN, 0) };
            Assert.Throws<ArgumentException>(() => CameraFraming.Frame(broken, broken, new CaptureAngle(0), 20, 512, 512, 0));
        }
    }
}
