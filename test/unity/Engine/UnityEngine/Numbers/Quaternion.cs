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

        public Vector3 eulerAngles
        {
            get
            {
                // Turns about z, then x, then y, as Euler makes them.
                var m = System.Numerics.Matrix4x4.CreateFromQuaternion(Numerics);
                var pitch = Math.Asin(Math.Max(-1, Math.Min(1, -m.M32)));
                var isSteep = Math.Abs(m.M32) > 0.9999f;
                var yaw = isSteep ? Math.Atan2(-m.M13, m.M11) : Math.Atan2(m.M31, m.M33);
                var roll = isSteep ? 0 : Math.Atan2(m.M12, m.M22);
                float Degrees(double radians) => (float)((radians * 180 / Math.PI + 360) % 360);
                return new Vector3(Degrees(pitch), Degrees(yaw), Degrees(roll));
            }
        }

        public static Quaternion Inverse(Quaternion rotation) => From(System.Numerics.Quaternion.Inverse(rotation.Numerics));
        public static Quaternion operator *(Quaternion lhs, Quaternion rhs) => From(lhs.Numerics * rhs.Numerics);

        public static Vector3 operator *(Quaternion rotation, Vector3 point)
          => Vector3.From(System.Numerics.Vector3.Transform(point.Numerics, rotation.Numerics));

        internal System.Numerics.Quaternion Numerics => new System.Numerics.Quaternion(x, y, z, w);
        internal static Quaternion From(System.Numerics.Quaternion q) => new Quaternion(q.X, q.Y, q.Z, q.W);
    }
}
