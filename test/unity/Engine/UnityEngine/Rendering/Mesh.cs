using System.Collections.Generic;
using DeclaredUnity;
using Unity.Collections;

namespace UnityEngine
{
    public sealed partial class Mesh : Object
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
            if (isReadable) vertices.AddRange(Vertices);
        }

        public NativeArray<byte> GetBonesPerVertex()
        {
            Calls.Note("Mesh.GetBonesPerVertex");
            return new NativeArray<byte>(isReadable ? BonesPerVertex : new byte[0]);
        }

        public NativeArray<BoneWeight1> GetAllBoneWeights()
        {
            Calls.Note("Mesh.GetAllBoneWeights");
            return new NativeArray<BoneWeight1>(isReadable ? Weights : new BoneWeight1[0]);
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
    public enum Allocator
    {
        Temp = 2,
    }

    public enum NativeArrayOptions
    {
        ClearMemory = 1,
    }

    public struct NativeArray<T> : System.IDisposable where T : struct
    {
        readonly T[] _items;

        public NativeArray(int length, Allocator allocator, NativeArrayOptions options = NativeArrayOptions.ClearMemory) => _items = new T[length];

        internal NativeArray(T[] items) => _items = items;

        public int Length => _items.Length;

        public T this[int index]
        {
            get => _items[index];
            set => _items[index] = value;
        }

        public void CopyTo(T[] array) => _items.CopyTo(array, 0);

        public T[] ToArray() => (T[])_items.Clone();

        public void Dispose() {}
    }
}
