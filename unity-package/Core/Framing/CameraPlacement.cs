#nullable enable
using System;
using System.Numerics;

namespace LoraBridge.Core.Framing
{
    /// <summary>
    /// A perspective camera. Coordinates are Unity's: left-handed, y up, and a camera looks along its +z. Components of vectors and
    /// quaternions are the same numbers as in UnityEngine's types.
    /// </summary>
    public sealed class CameraPlacement
    {
        /// <summary>Where the camera stands, in world units.</summary>
        public Vector3 Position { get; }

        /// <summary>How it is turned; the world's z axis turned by it is where the camera looks.</summary>
        public Quaternion Rotation { get; }

        /// <summary>Vertical field of view in degrees.</summary>
        public float FieldOfView { get; }

        /// <summary>Width of the finished picture in pixels.</summary>
        public int Width { get; }

        /// <summary>Height of the finished picture in pixels; <c>Width / Height</c> is the camera's aspect.</summary>
        public int Height { get; }

        /// <summary>Distance of the near clipping plane.</summary>
        public float Near { get; }

        /// <summary>Distance of the far clipping plane.</summary>
        public float Far { get; }

        /// <summary>Makes a camera.</summary>
        public CameraPlacement(Vector3 position, Quaternion rotation, float fieldOfView, int width, int height, float near, float far)
        {
            Position = position;
            Rotation = rotation;
            FieldOfView = fieldOfView;
            Width = width;
            Height = height;
            Near = near;
            Far = far;
        }

        /// <summary>A world point in the camera's own axes: x right, y up, z away from the camera.</summary>
        public Vector3 ToCamera(Vector3 point) => Vector3.Transform(point - Position, Quaternion.Conjugate(Rotation));

        /// <summary>
        /// Where a world point lies in the finished picture, in pixels from its upper left corner; z is the distance along the view.
        /// Meaningless where z is not positive.
        /// </summary>
        public Vector3 Project(Vector3 point)
        {
            var local = ToCamera(point);
            var scale = Height / (2 * (float)Math.Tan(FieldOfView * Math.PI / 360)) / local.Z;
            return new Vector3(Width * 0.5f + local.X * scale, Height * 0.5f - local.Y * scale, local.Z);
        }
    }
}
