#nullable enable
using System;
using System.Collections.Generic;
using System.Numerics;
using LoraBridge.Core.Plan;

namespace LoraBridge.Core.Framing
{
    /// <summary>Places a camera so that given points fill the image up to its margin.</summary>
    public static class CameraFraming
    {
        /// <summary>How deep around the character the clipping planes lie, as a share of the depth of what is in view.</summary>
        const double DepthReserve = 0.05;

        /// <summary>Nearest clipping plane as a share of the distance: nearer, the depth buffer loses its precision.</summary>
        const double MinNear = 0.01;

        /// <summary>
        /// The placement from which all <paramref name="framed"/> points lie within the picture's margin, touching it on two
        /// opposite sides and centred between the other two.
        /// </summary>
        /// <param name="framed">What must be seen, in world coordinates; at least one point.</param>
        /// <param name="all">Everything there is, for the clipping planes; points of it may lie outside the picture.</param>
        /// <param name="angle">From where to look; 0 is from +z, 90 from −x, the character's left.</param>
        /// <param name="fieldOfView">Vertical field of view in degrees.</param>
        /// <param name="width">Width of the finished picture in pixels.</param>
        /// <param name="height">Height of the finished picture in pixels.</param>
        /// <param name="margin">Space on every side, as a share of the shorter edge.</param>
        /// <exception cref="ArgumentException">There is no point, or one that is not finite.</exception>
        public static CameraPlacement Frame(IReadOnlyList<Vector3> framed, IReadOnlyList<Vector3> all, CaptureAngle angle,
            float fieldOfView, int width, int height, float margin)
        {
            if (framed.Count == 0) throw new ArgumentException("There is nothing to frame.", nameof(framed));
            var view = new ViewAxes(angle);
            var (nearTip, farTip) = (double.PositiveInfinity, double.NegativeInfinity);

            // Around their first point, so that a character far from the origin keeps its precision.
            var origin = framed[0];
            var points = new Point[framed.Count];
            for (var i = 0; i < points.Length; i++)
            {
                points[i] = view.Of(framed[i] - origin);
                if (!(Math.Abs(points[i].X) + Math.Abs(points[i].Y) + Math.Abs(points[i].Z) < double.PositiveInfinity))
                    throw new ArgumentException($"Point {i} is not finite.", nameof(framed));
                nearTip = Math.Min(nearTip, points[i].Z);
                farTip = Math.Max(farTip, points[i].Z);
            }

            var pixel = 2 * Math.Tan(fieldOfView * Math.PI / 360) / height;
            var border = margin * Math.Min(width, height);
            var (slopeX, slopeY) = (pixel * (width / 2.0 - border), pixel * (height / 2.0 - border));

            // A point is inside while x − slope·z ≤ cameraX − slope·cameraZ, and so on for the other three sides. The sides' most
            // demanding points give how far back the camera must stand for each axis; the farther of both binds.
            var (right, left, top, bottom) = Extremes(points, slopeX, slopeY);
            var (forX, forY) = (-(right + left) / (2 * slopeX), -(top + bottom) / (2 * slopeY));
            var z = Math.Min(forX, forY);
            // A single point, or a plane seen edge-on, would put the camera within the character.
            var size = Math.Max(Extent(points), 1e-4 * (Math.Abs(origin.X) + Math.Abs(origin.Y) + Math.Abs(origin.Z)) + 1e-6);
            z = Math.Min(z, nearTip - 0.05 * size);
            var x = z == forX ? (right - left) / 2 : Centre(points, point => point.X, (right - left) / 2, z);
            var y = z == forY ? (top - bottom) / 2 : Centre(points, point => point.Y, (top - bottom) / 2, z);

            foreach (var point in all)
            {
                var depth = view.Of(point - origin).Z;
                nearTip = Math.Min(nearTip, depth);
                farTip = Math.Max(farTip, depth);
            }
            var reserve = Math.Max(DepthReserve * (farTip - nearTip), 0.01 * size);
            var far = farTip - z + reserve;
            var near = Math.Max(nearTip - z - reserve, MinNear * far);
            return new CameraPlacement(origin + view.World(x, y, z), view.Rotation, fieldOfView, width, height, (float)near, (float)far);
        }

        static (double Right, double Left, double Top, double Bottom) Extremes(Point[] points, double slopeX, double slopeY)
        {
            var (right, left) = (double.NegativeInfinity, double.NegativeInfinity);
            var (top, bottom) = (double.NegativeInfinity, double.NegativeInfinity);
            foreach (var point in points)
            {
                right = Math.Max(right, point.X - slopeX * point.Z);
                left = Math.Max(left, -point.X - slopeX * point.Z);
                top = Math.Max(top, point.Y - slopeY * point.Z);
                bottom = Math.Max(bottom, -point.Y - slopeY * point.Z);
            }
            return (right, left, top, bottom);
        }

        /// <summary>Where the camera must stand along one axis for the points' pictures to reach equally far to both sides.</summary>
        static double Centre(Point[] points, Func<Point, double> along, double guess, double z)
        {
            var centre = guess;
            // The outermost points rarely change, so each round solves for them exactly; three are enough in practice.
            for (var round = 0; round < 8; round++)
            {
                var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
                var (leastPoint, mostPoint) = (points[0], points[0]);
                foreach (var point in points)
                {
                    var slope = (along(point) - centre) / (point.Z - z);
                    if (slope < least) (least, leastPoint) = (slope, point);
                    if (slope > most) (most, mostPoint) = (slope, point);
                }
                var (leastDepth, mostDepth) = (leastPoint.Z - z, mostPoint.Z - z);
                var next = (along(mostPoint) * leastDepth + along(leastPoint) * mostDepth) / (leastDepth + mostDepth);
                if (next == centre) break;
                centre = next;
            }
            return centre;
        }

        static double Extent(Point[] points)
        {
            var (least, most) = (points[0], points[0]);
            foreach (var point in points)
            {
                least = new Point(Math.Min(least.X, point.X), Math.Min(least.Y, point.Y), Math.Min(least.Z, point.Z));
                most = new Point(Math.Max(most.X, point.X), Math.Max(most.Y, point.Y), Math.Max(most.Z, point.Z));
            }
            return Math.Max(most.X - least.X, Math.Max(most.Y - least.Y, most.Z - least.Z));
        }

        readonly struct Point
        {
            public readonly double X, Y, Z;

            public Point(double x, double y, double z)
            {
                X = x;
                Y = y;
                Z = z;
            }
        }

        /// <summary>The axes of a camera that looks from an angle, without roll; from above and below, too.</summary>
        readonly struct ViewAxes
        {
            readonly Point _right, _up, _forward;

            public ViewAxes(CaptureAngle angle)
            {
                var (yaw, pitch) = (angle.Yaw * Math.PI / 180, angle.Pitch * Math.PI / 180);
                var (sinYaw, cosYaw, sinPitch, cosPitch) = (Math.Sin(yaw), Math.Cos(yaw), Math.Sin(pitch), Math.Cos(pitch));
                _forward = new Point(sinYaw * cosPitch, -sinPitch, -cosYaw * cosPitch);
                _up = new Point(sinYaw * sinPitch, cosPitch, -cosYaw * sinPitch);
                _right = new Point(-cosYaw, 0, -sinYaw);
                // Unity's Quaternion.Euler(pitch, 180 − yaw, 0): from the front the camera looks along −z.
                var (halfTurn, halfPitch) = ((Math.PI - yaw) / 2, pitch / 2);
                Rotation = new Quaternion(
                    (float)(Math.Cos(halfTurn) * Math.Sin(halfPitch)), (float)(Math.Sin(halfTurn) * Math.Cos(halfPitch)),
                    (float)(-Math.Sin(halfTurn) * Math.Sin(halfPitch)), (float)(Math.Cos(halfTurn) * Math.Cos(halfPitch)));
            }

            public Quaternion Rotation { get; }

            public Point Of(Vector3 point) => new Point(Dot(_right, point), Dot(_up, point), Dot(_forward, point));

            public Vector3 World(double x, double y, double z) => new Vector3(
                (float)(x * _right.X + y * _up.X + z * _forward.X),
                (float)(x * _right.Y + y * _up.Y + z * _forward.Y),
                (float)(x * _right.Z + y * _up.Z + z * _forward.Z));

            static double Dot(Point axis, Vector3 point) => axis.X * point.X + axis.Y * point.Y + axis.Z * point.Z;
        }
    }
}
