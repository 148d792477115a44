using UnityEngine;

namespace UnityEditor
{
    public class MeshUtility
    {
        public static Mesh.MeshDataArray AcquireReadOnlyMeshData(Mesh mesh) => new Mesh.MeshDataArray(mesh);
    }
}
