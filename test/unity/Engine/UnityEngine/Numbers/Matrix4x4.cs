namespace UnityEngine
{
    public struct Matrix4x4
    {
        internal System.Numerics.Matrix4x4 Numerics;

        public Vector3 MultiplyPoint3x4(Vector3 point) => Vector3.From(System.Numerics.Vector3.Transform(point.Numerics, Numerics));
    }
}
