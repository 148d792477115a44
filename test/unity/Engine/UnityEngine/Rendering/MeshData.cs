using System;
using System.Collections.Generic;
using System.Linq;
using DeclaredUnity;
using Unity.Collections;
using UnityEngine.Rendering;

namespace UnityEngine
{
    public sealed partial class Mesh
    {
        /// <summary>A mesh of which the editor has no vertices in memory, either.</summary>
        internal bool IsLost;

        /// <summary>How wide the file has made bone indices and weights.</summary>
        internal VertexAttributeFormat IndexFormat = VertexAttributeFormat.UInt32, WeightFormat = VertexAttributeFormat.Float32;

        public partial struct MeshDataArray : IDisposable
        {
            readonly Mesh _mesh;

            internal MeshDataArray(Mesh mesh)
            {
                Calls.Note("MeshUtility.AcquireReadOnlyMeshData");
                _mesh = mesh;
                Calls.Alive.Add(mesh.Held = new object());
            }

            public MeshData this[int index] => new MeshData(_mesh);

            public void Dispose()
            {
                Calls.Alive.Remove(_mesh.Held);
                Calls.Note("MeshDataArray.Dispose");
            }
        }

        internal object Held;

        public partial struct MeshData
        {
            // As Unity lays it out: positions first, weights and indices of four bones in a stream of their own.
            const int SkinStream = 1, Bones = 4;

            readonly Mesh _mesh;

            internal MeshData(Mesh mesh) => _mesh = mesh;

            public int vertexCount => _mesh.IsLost ? 0 : _mesh.Vertices.Length;

            public int GetVertexBufferStride(int stream) => stream == SkinStream ? Bones * (SizeOf(_mesh.WeightFormat) + SizeOf(_mesh.IndexFormat)) : 12;

            public bool HasVertexAttribute(VertexAttribute attr)
                => attr == VertexAttribute.Position || attr >= VertexAttribute.BlendWeight && _mesh.Weights.Length > 0;

            public int GetVertexAttributeDimension(VertexAttribute attr) => attr == VertexAttribute.Position ? 3 : Bones;

            public VertexAttributeFormat GetVertexAttributeFormat(VertexAttribute attr)
                => attr == VertexAttribute.BlendIndices ? _mesh.IndexFormat : attr == VertexAttribute.BlendWeight ? _mesh.WeightFormat : VertexAttributeFormat.Float32;

            public int GetVertexAttributeStream(VertexAttribute attr) => attr == VertexAttribute.Position ? 0 : SkinStream;

            public int GetVertexAttributeOffset(VertexAttribute attr) => attr == VertexAttribute.BlendIndices ? Bones * SizeOf(_mesh.WeightFormat) : 0;

            public void GetVertices(NativeArray<Vector3> outVertices)
            {
                Calls.Note("MeshData.GetVertices");
                for (var i = 0; i < vertexCount; i++) outVertices[i] = _mesh.Vertices[i];
            }

            public NativeArray<T> GetVertexData<T>(int stream = 0) where T : struct
            {
                Calls.Note("MeshData.GetVertexData");
                var bytes = new List<byte>();
                for (int vertex = 0, next = 0; vertex < vertexCount; next += _mesh.BonesPerVertex[vertex++])
                {
                    var weights = _mesh.Weights.Skip(next).Take(_mesh.BonesPerVertex[vertex]).Concat(new BoneWeight1[Bones]).Take(Bones).ToList();
                    foreach (var weight in weights) bytes.AddRange(Encode(weight.weight, _mesh.WeightFormat));
                    foreach (var weight in weights) bytes.AddRange(Encode(weight.boneIndex, _mesh.IndexFormat));
                }
                return new NativeArray<T>((T[])(object)bytes.ToArray());
            }

            static int SizeOf(VertexAttributeFormat format) => Encode(0, format).Length;

            static byte[] Encode(float value, VertexAttributeFormat format)
            {
                switch (format)
                {
                    case VertexAttributeFormat.Float32: return BitConverter.GetBytes(value);
                    case VertexAttributeFormat.UNorm8: return new[] { (byte)Math.Round(value * 255) };
                    case VertexAttributeFormat.UNorm16: return BitConverter.GetBytes((ushort)Math.Round(value * 65535));
                    case VertexAttributeFormat.UInt8: return new[] { (byte)value };
                    case VertexAttributeFormat.UInt16: return BitConverter.GetBytes((ushort)value);
                    case VertexAttributeFormat.UInt32: return BitConverter.GetBytes((uint)value);
                    default: throw new NotSupportedException(format.ToString());
                }
            }
        }
    }
}

namespace UnityEngine.Rendering
{
    public enum VertexAttribute
    {
        Position = 0,
        BlendWeight = 12,
        BlendIndices = 13,
    }

    public enum VertexAttributeFormat
    {
        Float32 = 0,
        UNorm8 = 2,
        UNorm16 = 4,
        UInt8 = 6,
        UInt16 = 8,
        UInt32 = 10,
        SInt32 = 11,
    }
}
