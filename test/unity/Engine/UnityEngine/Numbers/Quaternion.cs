using System;

namespace UnityEngine
{
    public struct Quaternion
    {
        public float x;
        public float y;
        public float z;
        public float w;

        public Quaternion(float x, float y, float z, float w)
        {
            this.x = x;
            this.y = y;
            this.z = z;
            this.w = w;
        }

        public static Quaternion identity => new Quaternion(0, 0, 0, 1);

        public static Quaternion Euler(float x, float y, float z) => From(System.Numerics.Quaternion.CreateFromYawPitchRoll
          ((float)(y * Math.PI / 180), (float)(x * Math.PI / 180), (float)(z * Math.PI / 180)));

        public static Quaternion Inverse(Quaternion rotation) => From(System.Numerics.Quaternion.Inverse(rotation.Numerics));
        public static Quaternion operator *(Quaternion lhs, Quaternion rhs) => From(lhs.Numerics * rhs.Numerics);

        public static Vector3 operator *(Quaternion rotation, Vector3 point)
          => Vector3.From(System.Numerics.Vector3.Transform(point.Numerics, rotation.Numerics));

        internal System.Numerics.Quaternion Numerics => new System.Numerics.Quaternion(x, y, z, w);
        internal static Quaternion From(System.Numerics.Quaternion q) => new Quaternion(q.X, q.Y, q.Z, q.W);
    }
}
