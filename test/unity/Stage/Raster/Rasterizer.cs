using System;
using System.Collections.Generic;
using System.Numerics;

namespace LoraBridge.TestStage
{
    /// <summary>
    /// Draws triangles as a GPU with 8 × MSAA does: coverage and depth for each sample, one shading for each pixel and triangle, blending in
    /// linear light. What it leaves in alpha is what Unity's blend modes leave there, wrong values of blended layers included.
    /// </summary>
    public sealed class Rasterizer
    {
        /// <summary>Samples of a pixel.</summary>
        public const int Samples = 8;

        const int BandHeight = 32, Step = Projection.Subpixels;

        // Direct3D's standard pattern, in sixteenths of a pixel from its centre.
        static readonly int[] OffsetX = { 1, -1, 5, -3, -5, -7, 3, 7 }, OffsetY = { -3, 3, 1, -5, 5, -1, 7, -7 };

        readonly int _width, _height;
        readonly Vector3 _toLight;
        readonly Vector4[] _colors;
        readonly float[] _nearness;
        readonly long[] _edge0 = new long[Samples], _edge1 = new long[Samples], _edge2 = new long[Samples];
        int _top, _bottom;

        /// <summary>A picture of `width` × `height` pixels; `toLight` points at the light, in the camera's axes.</summary>
        public Rasterizer(int width, int height, Vector3 toLight)
        {
            _width = width;
            _height = height;
            _toLight = Vector3.Normalize(toLight);
            _colors = new Vector4[width * BandHeight * Samples];
            _nearness = new float[_colors.Length];
        }

        /// <summary>Draws over `background` into RGBA floats, rows from the bottom up.</summary>
        public void Draw(List<ScreenTriangle> triangles, Vector4 background, float[] picture)
        {
            for (_top = 0; _top < _height; _top += BandHeight)
            {
                _bottom = Math.Min(_top + BandHeight, _height);
                for (int i = 0; i < _colors.Length; i++) _colors[i] = background;
                Array.Clear(_nearness, 0, _nearness.Length);
                foreach (var triangle in triangles) Fill(triangle);
                Resolve(picture);
            }
        }

        void Fill(ScreenTriangle t)
        {
            int top = Math.Max(_top, Pixel(Math.Min(t.Y0, Math.Min(t.Y1, t.Y2))));
            int bottom = Math.Min(_bottom - 1, Pixel(Math.Max(t.Y0, Math.Max(t.Y1, t.Y2))));
            if (top > bottom) return;
            int left = Math.Max(0, Pixel(Math.Min(t.X0, Math.Min(t.X1, t.X2))));
            int right = Math.Min(_width - 1, Pixel(Math.Max(t.X0, Math.Max(t.X1, t.X2))));
            if (left > right) return;
            long area = Edge(t.X0, t.Y0, t.X1, t.Y1, t.X2, t.Y2);
            // The edge opposite of a corner is that corner's weight.
            long bias0 = Prepare(_edge0, t.X1, t.Y1, t.X2, t.Y2);
            long bias1 = Prepare(_edge1, t.X2, t.Y2, t.X0, t.Y0);
            long bias2 = Prepare(_edge2, t.X0, t.Y0, t.X1, t.Y1);
            for (int y = top; y <= bottom; y++)
                for (int x = left; x <= right; x++)
                {
                    long px = x * (long)Step + Step / 2, py = y * (long)Step + Step / 2;
                    long e0 = Edge(t.X1, t.Y1, t.X2, t.Y2, px, py);
                    long e1 = Edge(t.X2, t.Y2, t.X0, t.Y0, px, py);
                    long e2 = Edge(t.X0, t.Y0, t.X1, t.Y1, px, py);
                    int covered = 0, count = 0;
                    long sum1 = 0, sum2 = 0;
                    for (int s = 0; s < Samples; s++)
                    {
                        long s0 = e0 + _edge0[s], s1 = e1 + _edge1[s], s2 = e2 + _edge2[s];
                        if (s0 + bias0 < 0 || s1 + bias1 < 0 || s2 + bias2 < 0) continue;
                        covered |= 1 << s;
                        count++;
                        sum1 += s1;
                        sum2 += s2;
                    }
                    if (count > 0) Pixel(t, ((y - _top) * _width + x) * Samples, covered, e1, e2, sum1 / (float)count / area, sum2 / (float)count / area, area);
                }
        }

        // Weights at the centroid of the covered samples are for shading; each sample has a depth of its own.
        void Pixel(ScreenTriangle t, int at, int covered, long e1, long e2, float weight1, float weight2, long area)
        {
            float n0 = 1 / t.A.Position.Z, n1 = 1 / t.B.Position.Z, n2 = 1 / t.C.Position.Z;
            int visible = 0;
            for (int s = 0; s < Samples; s++)
            {
                if ((covered & 1 << s) == 0) continue;
                float b1 = (e1 + _edge1[s]) / (float)area, b2 = (e2 + _edge2[s]) / (float)area;
                float nearness = n0 + (n1 - n0) * b1 + (n2 - n0) * b2;
                if (nearness > _nearness[at + s]) visible |= 1 << s;
            }
            if (visible == 0) return;
            float p0 = (1 - weight1 - weight2) * n0, p1 = weight1 * n1, p2 = weight2 * n2, all = p0 + p1 + p2;
            var color = Shader.Shade(t, (t.A.Uv * p0 + t.B.Uv * p1 + t.C.Uv * p2) / all,
                t.A.Normal * p0 + t.B.Normal * p1 + t.C.Normal * p2, _toLight);
            var coverage = t.Material.Coverage;
            if (coverage == Coverage.Cutout && color.W < t.Material.Cutoff) return;
            for (int s = 0; s < Samples; s++)
            {
                if ((visible & 1 << s) == 0) continue;
                if (coverage == Coverage.Blend) _colors[at + s] = color * color.W + _colors[at + s] * (1 - color.W);
                else if (coverage == Coverage.Additive) _colors[at + s] += color * color.W;
                else
                {
                    _colors[at + s] = new Vector4(color.X, color.Y, color.Z, 1);
                    _nearness[at + s] = n0 + (n1 - n0) * ((e1 + _edge1[s]) / (float)area) + (n2 - n0) * ((e2 + _edge2[s]) / (float)area);
                }
            }
        }

        void Resolve(float[] picture)
        {
            for (int y = _top; y < _bottom; y++)
                for (int x = 0; x < _width; x++)
                {
                    int at = ((y - _top) * _width + x) * Samples, to = ((_height - 1 - y) * _width + x) * 4;
                    var sum = _colors[at];
                    for (int s = 1; s < Samples; s++) sum += _colors[at + s];
                    sum /= Samples;
                    picture[to] = sum.X;
                    picture[to + 1] = sum.Y;
                    picture[to + 2] = sum.Z;
                    picture[to + 3] = sum.W;
                }
        }

        // How much the edge function differs at each sample. A sample on an edge belongs to the triangle below or right of it.
        static long Prepare(long[] edge, long ax, long ay, long bx, long by)
        {
            for (int s = 0; s < Samples; s++)
                edge[s] = (bx - ax) * (OffsetY[s] * Step / 16) - (by - ay) * (OffsetX[s] * Step / 16);
            return by < ay || (by == ay && bx > ax) ? 0 : -1;
        }

        static long Edge(long ax, long ay, long bx, long by, long x, long y) => (bx - ax) * (y - ay) - (by - ay) * (x - ax);

        static int Pixel(long subpixel) => (int)Math.Max(Math.Min(subpixel >> 8, 1 << 20), -(1 << 20));
    }
}
