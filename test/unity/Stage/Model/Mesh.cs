using System.Collections.Generic;
using System.Numerics;

namespace LoraBridge.TestStage
{
    /// <summary>Triangles of one material. Clockwise seen from outside, as in Unity.</summary>
    public sealed class Part
    {
        public int[] Triangles;
        public Material Material;
    }

    /// <summary>A blend shape: what is added to each vertex at weight 1.</summary>
    public sealed class MorphTarget
    {
        public string Name;
        public Vector3[] Positions, Normals;
    }

    /// <summary>A skinned mesh in its bind pose. Four joints and weights a vertex.</summary>
    public sealed class Mesh
    {
        public string Name;
        public Vector3[] Positions, Normals;
        public Vector2[] Uvs;

        /// <summary>Node indices.</summary>
        public int[] Joints;
        public float[] Weights;

        /// <summary>Inverse bind matrix of each node, row vectors; identity for nodes that are no joints.</summary>
        public Matrix4x4[] BindPoses;
        public List<MorphTarget> Targets = new List<MorphTarget>();
        public List<Part> Parts = new List<Part>();

        /// <summary>Unity's Read/Write setting: without it vertices cannot be read.</summary>
        public bool Readable = true;
    }
}
