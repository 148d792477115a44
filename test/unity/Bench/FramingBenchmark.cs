using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Numerics;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using LoraBridge.TestStage;

namespace LoraBridge.Bench
{
    /// <summary>
    /// How exactly every shot of a large plan is framed, in pixels: Godette at three scales, five poses, three framings, 24 angles. Her
    /// skinned vertices are projected by matrices here, not by what placed the camera.
    /// </summary>
    static class FramingBenchmark
    {
        public static IDictionary<string, double> Run()
        {
            var (shots, outside, worst, slack) = (0, 0, 0.0, 0.0);
            foreach (var scale in new[] { 0.01f, 1, 100 })
            {
                using var stage = new SoftwareStage(_ => Subject.Godette("test/characters").Scaled(scale));
                var character = stage.Load("", new StageSettings(new CapturePlan(), new PicturePool()));
                var plan = PlanPresets.Everything(character);
                plan.Expressions.Clear();
                PosedCharacter posed = null;
                CapturePose pose = null;
                foreach (var shot in PlanExpansion.Expand(plan))
                {
                    if (pose != shot.Pose) stage.SetPose(shot.Pose);
                    if (pose != shot.Pose) posed = stage.Bake();
                    pose = shot.Pose;
                    var margins = Margins(Framed(shot, posed), ShotFramer.Place(plan, shot, posed));
                    var asked = plan.Margin * Math.Min(plan.Width, plan.Height);
                    shots++;
                    outside += margins.Min() < 0 ? 1 : 0;
                    // On the tight axis the smaller margin is the plan's; on no side may it be less.
                    worst = Math.Max(worst, Math.Abs(margins.Min() - asked));
                    slack = Math.Max(slack, Math.Max(Math.Abs(margins[0] - margins[1]), Math.Abs(margins[2] - margins[3])));
                }
            }
            return new Dictionary<string, double>
            {
                ["processor ms for 100,000 vertices"] = Milliseconds(100_000),
                ["shots"] = shots, ["shots with a vertex outside"] = outside, ["largest error of the margin px"] = worst, ["largest difference of opposite margins px"] = slack,
            };
        }

        /// <summary>What placing the camera costs the main thread.</summary>
        static double Milliseconds(int vertices)
        {
            const int rounds = 20;
            var random = new Random(1);
            float Next() => (float)random.NextDouble();
            var points = Enumerable.Range(0, vertices).Select(_ => new Vector3(Next(), 1.6f * Next(), 0.5f * Next())).ToList();
            void Frame(int yaw) => CameraFraming.Frame(points, points, new CaptureAngle(yaw, 10), 20, 1024, 1024, 0.05f);
            Frame(0);
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            for (var round = 0; round < rounds; round++) Frame(round * 18);
            return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds / rounds;
        }

        static IEnumerable<Vector3> Framed(PlannedShot shot, PosedCharacter posed) => shot.Framing switch
        {
            ShotFraming.Face => posed.Region(StageRegion.Head).Points,
            ShotFraming.Upper => posed.Vertices.Where(vertex => vertex.Y >= posed.HipHeight),
            _ => posed.Vertices,
        };

        /// <summary>Pixels between the points and the left, right, upper and lower edge.</summary>
        static double[] Margins(IEnumerable<Vector3> points, CameraPlacement camera)
        {
            Matrix4x4.Invert(Matrix4x4.CreateFromQuaternion(camera.Rotation) * Matrix4x4.CreateTranslation(camera.Position), out var toCamera);
            var focal = camera.Height / 2.0 / Math.Tan(camera.FieldOfView * Math.PI / 360);
            var margins = Enumerable.Repeat(double.PositiveInfinity, 4).ToArray();
            foreach (var point in points)
            {
                var local = Vector3.Transform(point, toCamera);
                var (x, y) = (camera.Width / 2.0 + focal * local.X / local.Z, camera.Height / 2.0 - focal * local.Y / local.Z);
                var (toRight, toBottom) = (camera.Width - x, camera.Height - y);
                (margins[0], margins[1]) = (Math.Min(margins[0], x), Math.Min(margins[1], toRight));
                (margins[2], margins[3]) = (Math.Min(margins[2], y), Math.Min(margins[3], toBottom));
            }
            return margins;
        }
    }
}
