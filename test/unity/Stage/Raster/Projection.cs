using System;
using System.Collections.Generic;
using System.Numerics;
using LoraBridge.Core.Framing;

namespace LoraBridge.TestStage
{
    /// <summary>A vertex in the camera's axes, with what is interpolated over a triangle.</summary>
    public struct Corner
    {
        public Vector3 Position, Normal;
        public Vector2 Uv;
    }

    /// <summary>A triangle on the picture. Clockwise; coordinates in 1/256 pixel, y down.</summary>
    public sealed class ScreenTriangle
    {
        public Material Material;

        /// <summary>True for the triangles of a toon outline.</summary>
        public bool IsOutline;
        public long X0, Y0, X1, Y1, X2, Y2;
        public Corner A, B, C;
    }

    /// <summary>Brings posed meshes onto the picture: camera, outlines, near plane, culling, order of drawing.</summary>
    public sealed class Projection
    {
        /// <summary>Steps of a pixel to which corners are rounded, as on a GPU.</summary>
        public const int Subpixels = 256;

        readonly CameraPlacement _camera;
        readonly int _width, _height;
        readonly float _focal;
        readonly List<ScreenTriangle> _solid = new List<ScreenTriangle>();
        readonly List<(float Distance, List<ScreenTriangle> Triangles)> _layers = new List<(float, List<ScreenTriangle>)>();

        /// <summary>A camera over a picture of `width` × `height` rendered pixels.</summary>
        public Projection(CameraPlacement camera, int width, int height)
        {
            _camera = camera;
            _width = width;
            _height = height;
            _focal = height / (2 * (float)Math.Tan(camera.FieldOfView * Math.PI / 360));
        }

        /// <summary>Adds all parts of a mesh.</summary>
        public void Add(PosedMesh posed)
        {
            var corners = new Corner[posed.Positions.Length];
            for (int i = 0; i < corners.Length; i++)
                corners[i] = new Corner
                {
                    Position = _camera.ToCamera(posed.Positions[i]),
                    Normal = Vector3.Transform(posed.Normals[i], Quaternion.Conjugate(_camera.Rotation)),
                    Uv = posed.Mesh.Uvs[i],
                };
            foreach (var part in posed.Mesh.Parts)
            {
                bool isLayer = part.Material.Coverage == Coverage.Blend || part.Material.Coverage == Coverage.Additive;
                var triangles = isLayer ? new List<ScreenTriangle>() : _solid;
                Add(triangles, corners, part, false);
                if (isLayer) _layers.Add((Distance(corners, part.Triangles), triangles));
                else if (part.Material.OutlineWidth > 0) Add(triangles, Outline(corners, part.Material), part, true);
            }
        }

        /// <summary>All triangles in the order of drawing: what is solid, then layers from the farthest part to the nearest.</summary>
        public List<ScreenTriangle> Triangles()
        {
            var all = new List<ScreenTriangle>(_solid);
            _layers.Sort((a, b) => b.Distance.CompareTo(a.Distance));
            foreach (var layer in _layers) all.AddRange(layer.Triangles);
            return all;
        }

        static float Distance(Corner[] corners, int[] triangles)
        {
            float sum = 0;
            foreach (int i in triangles) sum += corners[i].Position.Z;
            return sum / triangles.Length;
        }

        // MToon 0.x, outline width in screen coordinates: the hull grows along its normals by a share of the picture's height.
        Corner[] Outline(Corner[] corners, Material material)
        {
            var hull = (Corner[])corners.Clone();
            for (int i = 0; i < hull.Length; i++)
            {
                var flat = new Vector2(hull[i].Normal.X, hull[i].Normal.Y);
                if (flat.LengthSquared() < 1e-12f) continue;
                flat *= 0.01f * material.OutlineWidth * (1 - Math.Abs(hull[i].Normal.Z)) * hull[i].Position.Z * _height / (2 * _focal)
                    / flat.Length();
                hull[i].Position += new Vector3(flat, 0);
            }
            return hull;
        }

        void Add(List<ScreenTriangle> to, Corner[] corners, Part part, bool isOutline)
        {
            for (int i = 0; i < part.Triangles.Length; i += 3)
            {
                Corner a = corners[part.Triangles[i]], b = corners[part.Triangles[i + 1]], c = corners[part.Triangles[i + 2]];
                Clip(to, part.Material, isOutline, a, b, c);
            }
        }

        void Clip(List<ScreenTriangle> to, Material material, bool isOutline, Corner a, Corner b, Corner c)
        {
            float near = _camera.Near;
            if (a.Position.Z >= near && b.Position.Z >= near && c.Position.Z >= near)
            {
                Add(to, material, isOutline, a, b, c);
                return;
            }
            var kept = new List<Corner>();
            var ring = new[] { a, b, c };
            for (int i = 0; i < 3; i++)
            {
                Corner from = ring[i], next = ring[(i + 1) % 3];
                if (from.Position.Z >= near) kept.Add(from);
                if (from.Position.Z >= near == next.Position.Z >= near) continue;
                float t = (near - from.Position.Z) / (next.Position.Z - from.Position.Z);
                kept.Add(new Corner
                {
                    Position = Vector3.Lerp(from.Position, next.Position, t),
                    Normal = Vector3.Lerp(from.Normal, next.Normal, t),
                    Uv = Vector2.Lerp(from.Uv, next.Uv, t),
                });
            }
            for (int i = 2; i < kept.Count; i++) Add(to, material, isOutline, kept[0], kept[i - 1], kept[i]);
        }

        void Add(List<ScreenTriangle> to, Material material, bool isOutline, Corner a, Corner b, Corner c)
        {
            var triangle = new ScreenTriangle { Material = material, IsOutline = isOutline };
            Place(a, out triangle.X0, out triangle.Y0);
            Place(b, out triangle.X1, out triangle.Y1);
            Place(c, out triangle.X2, out triangle.Y2);
            long area = (triangle.X1 - triangle.X0) * (triangle.Y2 - triangle.Y0) - (triangle.X2 - triangle.X0) * (triangle.Y1 - triangle.Y0);
            bool isFront = area > 0;
            if (area == 0 || (isOutline ? isFront : !isFront && !material.DoubleSided)) return;
            if (!isFront)
            {
                (triangle.X1, triangle.X2) = (triangle.X2, triangle.X1);
                (triangle.Y1, triangle.Y2) = (triangle.Y2, triangle.Y1);
                (b, c) = (c, b);
            }
            triangle.A = a;
            triangle.B = b;
            triangle.C = c;
            to.Add(triangle);
        }

        void Place(Corner corner, out long x, out long y)
        {
            float scale = _focal / corner.Position.Z;
            x = (long)Math.Round((_width * 0.5f + corner.Position.X * scale) * Subpixels);
            y = (long)Math.Round((_height * 0.5f - corner.Position.Y * scale) * Subpixels);
        }
    }
}
