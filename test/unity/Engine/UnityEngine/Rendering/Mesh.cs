using System.Collections.Generic;
using DeclaredUnity;
using Unity.Collections;

namespace UnityEngine
{
    public sealed class Mesh : Object
    {
        internal Vector3[] Vertices = new Vector3[0];
        internal byte[] BonesPerVertex = new byte[0];
        internal BoneWeight1[] Weights = new BoneWeight1[0];
        internal string[] BlendShapes = new string[0];

        public Mesh() : base("new Mesh") {}

        public bool isReadable { get; internal set; } = true;
        public int vertexCount => Vertices.Length;
        public int blendShapeCount => BlendShapes.Length;

        public string GetBlendShapeName(int shapeIndex)
        {
            Calls.Note("Mesh.GetBlendShapeName");
            return BlendShapes[shapeIndex];
        }

        public void GetVertices(List<Vector3> vertices)
        {
            Calls.Note("Mesh.GetVertices");
            vertices.Clear();
            vertices.AddRange(Vertices);
        }

        public NativeArray<byte> GetBonesPerVertex()
        {
            Calls.Note("Mesh.GetBonesPerVertex");
            return new NativeArray<byte>(BonesPerVertex);
        }

        public NativeArray<BoneWeight1> GetAllBoneWeights()
        {
            Calls.Note("Mesh.GetAllBoneWeights");
            return new NativeArray<BoneWeight1>(Weights);
        }
    }

    public struct BoneWeight1
    {
        public float weight { get; set; }
        public int boneIndex { get; set; }
    }
}

namespace Unity.Collections
{
    public struct NativeArray<T> where T : struct
    {
        readonly T[] _items;

        internal NativeArray(T[] items) => _items = items;

        public int Length => _items.Length;

        public T this[int index]
        {
            get => _items[index];
            set => _items[index] = value;
        }

        public void CopyTo(T[] array) => _items.CopyTo(array, 0);
    }
}
