using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using NUnit.Framework;

namespace LoraBridge.TestStage.Tests
{
    /// <summary>
    /// Against pictures of the same character from another renderer, with other poses of the same names, another lens and hair that was
    /// blown about: only silhouette and colours from the shoulders down can be compared, and only roughly.
    /// </summary>
    public class RealCapturesTests
    {
        const int Width = 384, Height = 512, Grid = 48;

        static readonly List<TakenShot> Shots = StageCapture.Take(Subject.Godette("test/characters"), plan =>
        {
            plan.Width = Width;
            plan.Height = Height;
            plan.Supersampling = 1;
        });

        [Test]
        public void TheDefaultPlanMakesTheShotsOfTheRealOnes()
        {
            var real = Directory.GetFiles("test/characters/godette", "*.png").Select(Path.GetFileNameWithoutExtension);
            Assert.That(Shots.Select(shot => shot.Planned.Name), Is.EquivalentTo(real));
        }

        [TestCase(0), TestCase(40), TestCase(-40)]
        public void StandingLooksLikeTheRealPictureFromThatSide(int yaw)
        {
            float[] Of(int degrees) => BodyBelowTheHead(Shots.Single(shot => shot.Planned.Name == $"stand_full_yaw{degrees}").Png, 0.42);
            float[] real = BodyBelowTheHead(File.ReadAllBytes($"test/characters/godette/stand_full_yaw{yaw}.png"), 0.38);
            double own = Difference(Of(yaw), real);
            Assert.That(own, Is.LessThan(0.2));
            foreach (int other in new[] { -40, 0, 40 }.Where(other => other != yaw))
                Assert.That(own, Is.LessThan(0.8 * Difference(Of(other), real)), $"closer than from {other}");
        }

        // Mean distance of premultiplied colour and alpha.
        static double Difference(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Average();

        // What lies below a share of the figure's height, scaled to a grid of premultiplied RGBA.
        static float[] BodyBelowTheHead(byte[] png, double share)
        {
            byte[] rgba = Png.Decode(png, out int width, out int height);
            bool Solid(int x, int y) => rgba[(y * width + x) * 4 + 3] > 127;
            int[] rows = Enumerable.Range(0, height).Where(y => Enumerable.Range(0, width).Any(x => Solid(x, y))).ToArray();
            int top = (int)(rows[0] + share * (rows[rows.Length - 1] - rows[0])), bottom = rows[rows.Length - 1];
            int[] columns = Enumerable.Range(0, width).Where(x => Enumerable.Range(top, bottom - top).Any(y => Solid(x, y))).ToArray();
            int left = columns[0], right = columns[columns.Length - 1];
            var grid = new float[Grid * Grid * 4];
            for (int y = 0; y < Grid; y++)
                for (int x = 0; x < Grid; x++)
                {
                    int at = ((top + y * (bottom - top) / Grid) * width + left + x * (right - left) / Grid) * 4, to = (y * Grid + x) * 4;
                    float alpha = rgba[at + 3] / 255f;
                    for (int k = 0; k < 3; k++) grid[to + k] = rgba[at + k] / 255f * alpha;
                    grid[to + 3] = alpha;
                }
            return grid;
        }
    }
}
