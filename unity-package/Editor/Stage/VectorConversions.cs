#nullable enable
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>Converts between Unity's vectors and those of System.Numerics; the components are equal.</summary>
    static class VectorConversions
    {
        public static System.Numerics.Vector3 ToCore(this Vector3 v) => new System.Numerics.Vector3(v.x, v.y, v.z);

        public static Vector3 ToUnity(this System.Numerics.Vector3 v) => new Vector3(v.X, v.Y, v.Z);

        public static Quaternion ToUnity(this System.Numerics.Quaternion q) => new Quaternion(q.X, q.Y, q.Z, q.W);
    }
}
