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

        // Most pixels have one colour: only edges need to keep eight.
        const byte Untouched = 0, Uniform = 1, Split = 2;

        const int All = (1 << Samples) - 1;

        readonly int _width, _height;
        readonly Vector3 _toLight;
        readonly Vector4[] _colors;
        readonly float[] _nearness;
        readonly byte[] _states;
        readonly float[] _near = new float[Samples];
        readonly Edge[] _edges = { new Edge(), new Edge(), new Edge() };
        Vector4 _background;
        int _top, _bottom;

        /// <summary>A picture of `width` × `height` pixels; `toLight` points at the light, in the camera's axes.</summary>
        public Rasterizer(int width, int height, Vector3 toLight)
        {
            _width = width;
            _height = height;
            _toLight = Vector3.Normalize(toLight);
            _colors = new Vector4[width * BandHeight * Samples];
            _nearness = new float[_colors.Length];
            _states = new byte[width * BandHeight];
        }

        /// <summary>Draws over `background` into RGBA floats, rows from the bottom up.</summary>
        public void Draw(List<ScreenTriangle> triangles, Vector4 background, float[] picture)
        {
            _background = background;
            for (_top = 0; _top < _height; _top += BandHeight)
            {
                _bottom = Math.Min(_top + BandHeight, _height);
                Array.Clear(_states, 0, _states.Length);
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
            // The edge opposite of a corner is that corner's weight.
            Edge edge0 = _edges[0], edge1 = _edges[1], edge2 = _edges[2];
            edge0.Set(t.X1, t.Y1, t.X2, t.Y2);
            edge1.Set(t.X2, t.Y2, t.X0, t.Y0);
            edge2.Set(t.X0, t.Y0, t.X1, t.Y1);
            float scale = 1f / edge2.At(t.X2, t.Y2);
            for (int y = top; y <= bottom; y++)
            {
                long px = left * (long)Step + Step / 2, py = y * (long)Step + Step / 2;
                long e0 = edge0.At(px, py), e1 = edge1.At(px, py), e2 = edge2.At(px, py);
                for (int x = left; x <= right; x++, e0 += edge0.Across, e1 += edge1.Across, e2 += edge2.Across)
                {
                    if (e0 + edge0.Most < 0 || e1 + edge1.Most < 0 || e2 + edge2.Most < 0) continue;
                    int covered = All;
                    if (e0 + edge0.Least < 0 || e1 + edge1.Least < 0 || e2 + edge2.Least < 0)
                    {
                        covered = edge0.Inside(e0) & edge1.Inside(e1) & edge2.Inside(e2);
                        if (covered == 0) continue;
                    }
                    Draw(t, (y - _top) * _width + x, covered, e1, e2, scale);
                }
            }
        }

        // Each sample has a depth of its own; what is shaded is the middle of the covered ones.
        void Draw(ScreenTriangle t, int pixel, int covered, long e1, long e2, float scale)
        {
            int at = pixel * Samples, visible = 0, count = 0;
            long sum1 = 0, sum2 = 0;
            float n0 = 1 / t.A.Position.Z, n1 = 1 / t.B.Position.Z, n2 = 1 / t.C.Position.Z;
            bool isNew = _states[pixel] == Untouched;
            for (int s = 0; s < Samples; s++)
            {
                if ((covered & 1 << s) == 0)
                {
                    _near[s] = 0;
                    continue;
                }
                long s1 = e1 + _edges[1].Offsets[s], s2 = e2 + _edges[2].Offsets[s];
                count++;
                sum1 += s1;
                sum2 += s2;
                _near[s] = n0 + (n1 - n0) * (s1 * scale) + (n2 - n0) * (s2 * scale);
                if (isNew || _near[s] > _nearness[at + s]) visible |= 1 << s;
            }
            if (visible == 0) return;
            float weight1 = sum1 * scale / count, weight2 = sum2 * scale / count;
            float p0 = (1 - weight1 - weight2) * n0, p1 = weight1 * n1, p2 = weight2 * n2, all = p0 + p1 + p2;
            var color = Shader.Shade(t, (t.A.Uv * p0 + t.B.Uv * p1 + t.C.Uv * p2) / all,
                t.A.Normal * p0 + t.B.Normal * p1 + t.C.Normal * p2, _toLight);
            var coverage = t.Material.Coverage;
            if (coverage == Coverage.Cutout && color.W < t.Material.Cutoff) return;
            bool isSolid = coverage != Coverage.Blend && coverage != Coverage.Additive;
            if (isNew)
            {
                _colors[at] = _background;
                Array.Clear(_nearness, at, Samples);
                _states[pixel] = Uniform;
            }
            if (_states[pixel] == Uniform && visible != All)
            {
                for (int s = 1; s < Samples; s++) _colors[at + s] = _colors[at];
                _states[pixel] = Split;
            }
            if (isSolid && visible == All) _states[pixel] = Uniform;
            for (int s = 0; s < Samples; s++)
            {
                if ((visible & 1 << s) == 0) continue;
                if (isSolid) _nearness[at + s] = _near[s];
                if (s > 0 && _states[pixel] == Uniform) continue;
                if (coverage == Coverage.Blend) _colors[at + s] = color * color.W + _colors[at + s] * (1 - color.W);
                else if (coverage == Coverage.Additive) _colors[at + s] += color * color.W;
                else _colors[at + s] = new Vector4(color.X, color.Y, color.Z, 1);
            }
        }

        void Resolve(float[] picture)
        {
            for (int y = _top; y < _bottom; y++)
                for (int x = 0; x < _width; x++)
                {
                    int pixel = (y - _top) * _width + x, at = pixel * Samples, to = ((_height - 1 - y) * _width + x) * 4;
                    var color = _states[pixel] == Untouched ? _background : _colors[at];
                    if (_states[pixel] == Split)
                    {
                        for (int s = 1; s < Samples; s++) color += _colors[at + s];
                        color /= Samples;
                    }
                    picture[to] = color.X;
                    picture[to + 1] = color.Y;
                    picture[to + 2] = color.Z;
                    picture[to + 3] = color.W;
                }
        }

        /// <summary>An edge function: positive to the right of the edge, as seen along it.</summary>
        sealed class Edge
        {
            // How much it differs at each sample; what it is off by a sample that does not belong to it; the extremes of both.
            public readonly long[] Offsets = new long[Samples];
            public long Across, Least, Most;
            long _ax, _ay, _dx, _dy, _bias;

            public void Set(long ax, long ay, long bx, long by)
            {
                _ax = ax;
                _ay = ay;
                _dx = bx - ax;
                _dy = by - ay;
                Across = -_dy * Step;
                // A sample on an edge belongs to the triangle below or right of it.
                _bias = _dy < 0 || (_dy == 0 && _dx > 0) ? 0 : -1;
                Least = long.MaxValue;
                Most = long.MinValue;
                for (int s = 0; s < Samples; s++)
                {
                    Offsets[s] = _dx * (OffsetY[s] * Step / 16) - _dy * (OffsetX[s] * Step / 16);
                    Least = Math.Min(Least, Offsets[s] + _bias);
                    Most = Math.Max(Most, Offsets[s] + _bias);
                }
            }

            public long At(long x, long y) => _dx * (y - _ay) - _dy * (x - _ax);

            public int Inside(long value)
            {
                int inside = 0;
                for (int s = 0; s < Samples; s++) if (value + Offsets[s] + _bias >= 0) inside |= 1 << s;
                return inside;
            }
        }

        static int Pixel(long subpixel) => (int)Math.Max(Math.Min(subpixel >> 8, 1 << 20), -(1 << 20));
    }
}
