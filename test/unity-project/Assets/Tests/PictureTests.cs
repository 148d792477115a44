using System.Collections;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Stage;
using NUnit.Framework;
using UnityEditor;
using UnityEngine;
using UnityEngine.Rendering;
using UnityEngine.TestTools;

namespace LoraBridge.Project
{
    /// <summary>Measures images rendered by Unity itself.</summary>
    sealed class PictureTests
    {
        sealed class MemorySink : IShotSink
        {
            public readonly List<TakenShot> Shots = new List<TakenShot>();

            // On the encoder's thread.
            public void Accept(TakenShot shot)
            {
                lock (Shots) Shots.Add(shot);
            }
        }

        static IEnumerator Capture(string subject, CapturePlan plan, MemorySink sink)
        {
            var session = new CaptureSession(CaptureCursor.Begin("Test", subject, plan), Stages.Create(), sink);
            while (session.State == CaptureState.Running)
            {
                session.Tick();
                yield return null;
            }
            Assert.That(session.State, Is.EqualTo(CaptureState.Finished), $"{session.Error?.Code}: {session.Error?.Message}");
        }

        static CapturePlan Plan(params CapturePose[] poses) => new CapturePlan
        {
            Width = 128, Height = 128, Supersampling = 2,
            Poses = poses.ToList(), Framings = { ShotFraming.Full }, Angles = { new CaptureAngle(0), new CaptureAngle(90) },
        };

        static Color32[] Pixels(TakenShot shot)
        {
            var texture = new Texture2D(2, 2);
            texture.LoadImage(shot.Png);
            var pixels = texture.GetPixels32();
            Object.DestroyImmediate(texture);
            return pixels;
        }

        [OneTimeSetUp]
        public void Make() => ProjectMaker.Make();

        [UnityTest]
        public IEnumerator AHumanoidIsCapturedInEveryPose()
        {
            var sink = new MemorySink();
            yield return Capture(ProjectMaker.Humanoid, Plan(HumanPoses.Names.Select(HumanPoses.Find).ToArray()), sink);
            Assert.That(sink.Shots, Has.Count.EqualTo(2 * HumanPoses.Names.Count));
            Assert.That(sink.Shots.Select(shot => shot.Sha256).Distinct().Count(), Is.EqualTo(sink.Shots.Count), "every pose looks different");
            foreach (var shot in sink.Shots)
            {
                var pixels = Pixels(shot);
                Assert.That(pixels[0].a, Is.Zero, "the corner is empty");
                Assert.That(pixels.Count(pixel => pixel.a == 255), Is.GreaterThan(pixels.Length / 100), shot.Planned.Name);
                Assert.That(shot.Regions.Keys, Does.Contain("head"));
            }
        }

        [UnityTest]
        public IEnumerator AGenericRigIsCapturedAsItStands()
        {
            var sink = new MemorySink();
            yield return Capture(ProjectMaker.Generic, Plan(new CapturePose { Name = "stand" }), sink);
            Assert.That(sink.Shots, Has.Count.EqualTo(2));
        }

        [UnityTest]
        public IEnumerator WhiteThatFacesTheCameraIsJustBelowWhite()
        {
            if (GraphicsSettings.currentRenderPipeline != null) Assert.Ignore("The shader of this test is the built-in pipeline's.");
            var ball = GameObject.CreatePrimitive(PrimitiveType.Sphere);
            var material = new Material(Shader.Find("Legacy Shaders/Diffuse")) { color = Color.white };
            ball.GetComponent<Renderer>().sharedMaterial = material;
            try
            {
                var sink = new MemorySink();
                yield return Capture(CharacterSubject.Of(ball), Plan(new CapturePose { Name = "stand" }), sink);
                // 0.95 to 1 linear is 249 to 255 in sRGB; a gamma project uses the shares unchanged.
                var minimum = PlayerSettings.colorSpace == ColorSpace.Linear ? 248 : 241;
                foreach (var shot in sink.Shots)
                {
                    var middle = Pixels(shot)[64 * 128 + 64];
                    Assert.That((int)middle.g, Is.InRange(minimum, 254), shot.Planned.Name);
                    Assert.That(middle.a, Is.EqualTo(255));
                }
            }
            finally
            {
                Object.DestroyImmediate(ball);
                Object.DestroyImmediate(material);
            }
        }
    }
}
