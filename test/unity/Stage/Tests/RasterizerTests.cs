using System;
using System.Collections.Generic;
using System.Numerics;
using LoraBridge.Core.Framing;
using NUnit.Framework;

namespace LoraBridge.TestStage.Tests
{
    /// <summary>Scenes whose pictures can be computed by hand: a camera at the origin, where x = z is 32 pixels right of the centre.</summary>
    public class RasterizerTests
    {
        const int Size = 64;
        static readonly Vector4 Red = new Vector4(0.75f, 0.125f, 0.25f, 1), HalfBlue = new Vector4(0, 0.2f, 0.6f, 0.5f);
        static readonly CameraPlacement Camera = new CameraPlacement(Vector3.Zero, Quaternion.Identity, 90, Size, Size, 0.1f, 100);

        [Test]
        public void CoversWhatLiesWithinAndNothingElse()
        {
            // From pixel 16 to 48 across, 8 to 32 down.
            float[] picture = Draw(Vector4.Zero, Quad(Plain(Red), 2, 16, 8, 48, 32));
            for (int y = 0; y < Size; y++)
                for (int x = 0; x < Size; x++)
                    Assert.That(Pixel(picture, x, y), Is.EqualTo(x >= 16 && x < 48 && y >= 8 && y < 32 ? Red : Vector4.Zero), $"{x}, {y}");
        }

        [Test]
        public void AnEdgePixelCountsItsSamples()
        {
            // Of the pattern's eight samples, x is −7, −5, −3, −1, 1, 3, 5, 7 sixteenths; so is y.
            float[] picture = Draw(Vector4.Zero, Quad(Plain(Vector4.One), 2, 16.5f, 8.25f, 48.75f, 32));
            Assert.That(Pixel(picture, 16, 20).W, Is.EqualTo(0.5f));
            Assert.That(Pixel(picture, 48, 20).W, Is.EqualTo(0.75f));
            Assert.That(Pixel(picture, 30, 8).W, Is.EqualTo(0.75f));
        }

        [Test]
        public void NeighboursShareNoSampleAndLeaveNoGap()
        {
            // A fan of slivers around a point off the grid, half-transparent: twice covered would be darker, a gap lighter.
            var fan = new List<Vector3> { At(31.3f, 30.7f, 3) };
            for (int i = 0; i <= 24; i++)
                fan.Add(At(31.3f + 300 * (float)Math.Cos(i * Math.PI / 12), 30.7f + 300 * (float)Math.Sin(i * Math.PI / 12), 3));
            var triangles = new List<int>();
            for (int i = 1; i <= 24; i++) triangles.AddRange(new[] { 0, i, i + 1 });
            float[] picture = Draw(Vector4.One, Mesh(Plain(HalfBlue), fan.ToArray(), triangles.ToArray()));
            for (int y = 0; y < Size; y++)
                for (int x = 0; x < Size; x++) AssertNear(Pixel(picture, x, y), new Vector4(0.5f, 0.6f, 0.8f, 0.75f));
        }

        [Test]
        public void WhatIsNearerHidesWhatIsFarther([Values] bool nearFirst)
        {
            PosedMesh near = Quad(Plain(Red), 2, 0, 0, 32, 64), far = Quad(Plain(Vector4.One), 3, 0, 0, 64, 64);
            float[] picture = nearFirst ? Draw(Vector4.Zero, near, far) : Draw(Vector4.Zero, far, near);
            Assert.That(Pixel(picture, 10, 10), Is.EqualTo(Red));
            Assert.That(Pixel(picture, 40, 10), Is.EqualTo(Vector4.One));
        }

        [Test]
        public void PiercingTrianglesMeetWhereTheirDepthsDo()
        {
            // A wall from z = 2 at the left to z = 6 at the right, and one at z = 3: by 1/z they meet where x is half way.
            var slanted = Mesh(Plain(Red), new[] { At(0, 0, 2), At(64, 0, 6), At(64, 64, 6), At(0, 64, 2) }, 0, 1, 2, 0, 2, 3);
            float[] picture = Draw(Vector4.Zero, slanted, Quad(Plain(Vector4.One), 3, 0, 0, 64, 64));
            Assert.That(Pixel(picture, 30, 20), Is.EqualTo(Red));
            Assert.That(Pixel(picture, 33, 20), Is.EqualTo(Vector4.One));
        }

        [Test]
        public void LayersBlendFromFarToNear([Values] bool nearFirst)
        {
            PosedMesh near = Quad(Plain(HalfBlue), 2, 0, 0, 64, 64), far = Quad(Plain(new Vector4(1, 0, 0, 0.25f)), 3, 0, 0, 64, 64);
            float[] picture = nearFirst ? Draw(Vector4.UnitW, near, far) : Draw(Vector4.UnitW, far, near);
            AssertNear(Pixel(picture, 20, 20), new Vector4(0.125f, 0.1f, 0.3f, 0.25f + 0.5f * (0.0625f + 0.75f)));
        }

        [Test]
        public void AHalfTransparentLayerOverSkinIsOpaqueToTwoPassesAndThreeQuartersToOne()
        {
            var meshes = new[] { Quad(Plain(Red), 3, 0, 0, 64, 64), Quad(Plain(HalfBlue), 2, 0, 0, 64, 64) };
            var black = Pixel(Draw(Vector4.UnitW, meshes), 20, 20);
            var white = Pixel(Draw(Vector4.One, meshes), 20, 20);
            Assert.That((white - black).Length(), Is.Zero, "nothing of the background comes through");
            Assert.That(Pixel(Draw(Vector4.Zero, meshes), 20, 20).W, Is.EqualTo(0.75f));
        }

        [Test]
        public void AnAdditiveLayerAddsAndCoversNothing()
        {
            var glow = Plain(new Vector4(0.5f, 0.25f, 0, 0.5f));
            glow.Coverage = Coverage.Additive;
            AssertNear(Pixel(Draw(new Vector4(0.1f, 0.1f, 0.1f, 1), Quad(glow, 2, 0, 0, 64, 64)), 9, 9), new Vector4(0.35f, 0.225f, 0.1f, 1.25f));
        }

        [Test]
        public void ACutoutIsThereOrNot()
        {
            var leaf = Plain(Vector4.One);
            leaf.Coverage = Coverage.Cutout;
            leaf.Texture = new Texture(new byte[] { 255, 255, 255, 120, 255, 255, 255, 140 }, 2, 1, true);
            float[] picture = Draw(Vector4.Zero, Quad(leaf, 2, 0, 0, 64, 64));
            Assert.That(Pixel(picture, 10, 30).W, Is.Zero);
            Assert.That(Pixel(picture, 50, 30).W, Is.EqualTo(1));
        }

        [Test]
        public void TexturesFollowThePerspective()
        {
            var bytes = new byte[256 * 4];
            for (int i = 0; i < 256; i++) bytes[i * 4] = bytes[i * 4 + 3] = (byte)i;
            var ramp = Plain(Vector4.One);
            ramp.Texture = new Texture(bytes, 256, 1, true);
            var wall = Mesh(ramp, new[] { At(0, 0, 2), At(64, 0, 6), At(64, 64, 6), At(0, 64, 2) }, 0, 1, 2, 0, 2, 3);
            wall.Mesh.Uvs = new[] { Vector2.Zero, Vector2.UnitX, Vector2.One, Vector2.UnitY };
            float[] picture = Draw(Vector4.Zero, wall);
            for (int x = 0; x < Size; x++)
            {
                // u/z and 1/z are linear on the picture.
                double s = (x + 0.5) / Size, u = s / 6 / ((1 - s) / 2 + s / 6);
                Assert.That(Pixel(picture, x, 20).X, Is.EqualTo(Texture.SrgbToLinear((float)Math.Floor(u * 256) / 255)).Within(0.006), $"{x}");
            }
        }

        [Test]
        public void FiltersInLinearLight()
        {
            var checks = new Texture(new byte[] { 0, 0, 0, 255, 255, 255, 255, 255 }, 2, 1, false);
            Assert.That(checks.Sample(0.5f, 0.5f).X, Is.EqualTo(0.5f).Within(1e-6));
            Assert.That(checks.Sample(1.25f, 0.5f).X, Is.EqualTo(0).Within(1e-6), "repeats");
            Assert.That(Texture.SrgbToLinear(0.5f), Is.EqualTo(0.2140411f).Within(1e-6));
        }

        [Test]
        public void BacksAreSeenOnTwoSidedSurfacesOnly([Values] bool doubleSided)
        {
            var material = Plain(Red);
            material.DoubleSided = doubleSided;
            var back = Mesh(material, new[] { At(0, 0, 2), At(64, 64, 2), At(64, 0, 2) }, 0, 1, 2);
            Assert.That(Pixel(Draw(Vector4.Zero, back), 50, 10).W, Is.EqualTo(doubleSided ? 1 : 0));
        }

        [Test]
        public void WhatIsBehindTheCameraIsCutOff()
        {
            // A floor from before the camera to behind it: below the horizon at every depth that is seen.
            var floor = Mesh(Plain(Red), new[] { new Vector3(-99, -1, 99), new Vector3(99, -1, 99), new Vector3(99, -1, -9), new Vector3(-99, -1, -9) },
                0, 1, 2, 0, 2, 3);
            float[] picture = Draw(Vector4.Zero, floor);
            Assert.That(Pixel(picture, 32, 63), Is.EqualTo(Red));
            Assert.That(Pixel(picture, 32, 31), Is.EqualTo(Vector4.Zero));
        }

        [Test]
        public void ToonLightStepsFromShadeToLit()
        {
            var toon = Plain(Vector4.One);
            toon.Shading = Shading.Toon;
            toon.ShadeColor = new Vector3(0.5f, 0.25f, 0);
            toon.ShadeShift = -0.2f;
            toon.ShadeToony = 0.5f;
            var triangle = new ScreenTriangle { Material = toon };
            Vector4 Lit(double cosine) => Shader.Shade(triangle, Vector2.Zero,
                new Vector3((float)Math.Sqrt(1 - cosine * cosine), 0, (float)cosine), Vector3.UnitZ);
            // The ramp runs from −0.2 to 1 + 0.5 · (−0.2 − 1) = 0.4.
            AssertNear(Lit(-0.3), new Vector4(0.5f, 0.25f, 0, 1));
            AssertNear(Lit(0.1), new Vector4(0.75f, 0.625f, 0.5f, 1));
            AssertNear(Lit(0.5), Vector4.One);
        }

        static Material Plain(Vector4 color) => new Material { Color = color, Coverage = color.W < 1 ? Coverage.Blend : Coverage.Opaque };

        static Vector3 At(float x, float y, float z) => new Vector3((x - 32) / 32 * z, (32 - y) / 32 * z, z);

        static PosedMesh Quad(Material material, float z, float left, float top, float right, float bottom) =>
            Mesh(material, new[] { At(left, top, z), At(right, top, z), At(right, bottom, z), At(left, bottom, z) }, 0, 1, 2, 0, 2, 3);

        static PosedMesh Mesh(Material material, Vector3[] positions, params int[] triangles)
        {
            var uvs = Array.ConvertAll(positions, p => new Vector2((p.X / p.Z + 1) / 2, (1 - p.Y / p.Z) / 2));
            return new PosedMesh
            {
                Mesh = new Mesh { Uvs = uvs, Parts = { new Part { Material = material, Triangles = triangles } } },
                Positions = positions, Normals = Array.ConvertAll(positions, _ => -Vector3.UnitZ),
            };
        }

        static float[] Draw(Vector4 background, params PosedMesh[] meshes)
        {
            var projection = new Projection(Camera, Size, Size);
            foreach (var mesh in meshes) projection.Add(mesh);
            var picture = new float[Size * Size * 4];
            new Rasterizer(Size, Size, -Vector3.UnitZ).Draw(projection.Triangles(), background, picture);
            return picture;
        }

        static Vector4 Pixel(float[] picture, int x, int y)
        {
            int at = ((Size - 1 - y) * Size + x) * 4;
            return new Vector4(picture[at], picture[at + 1], picture[at + 2], picture[at + 3]);
        }

        static void AssertNear(Vector4 actual, Vector4 expected) =>
            Assert.That((actual - expected).Length(), Is.LessThan(1e-5f), $"{actual} instead of {expected}");
    }
}
