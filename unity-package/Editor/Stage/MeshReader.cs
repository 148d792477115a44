#nullable enable
using System;
using System.Collections.Generic;
using Unity.Collections;
using UnityEditor;
using UnityEngine;
using UnityEngine.Rendering;

namespace LoraBridge.Editor.Stage
{
    /// <summary>Reads vertices and bone weights of a mesh, even with Read/Write off, the default of imported models.</summary>
    static class MeshReader
    {
        /// <summary>The vertices in the mesh's own coordinates; empty if the editor does not have them.</summary>
        public static Vector3[] Vertices(Mesh mesh)
        {
            using (var data = MeshUtility.AcquireReadOnlyMeshData(mesh))
            using (var vertices = new NativeArray<Vector3>(data[0].vertexCount, Allocator.Temp))
            {
                if (vertices.Length > 0) data[0].GetVertices(vertices);
                return vertices.ToArray();
            }
        }

        /// <summary>The bones and weights of each vertex.</summary>
        public static IReadOnlyList<(int vertex, int bone, float weight)> Weights(Mesh mesh)
        {
            var counts = mesh.GetBonesPerVertex();
            return counts.Length == mesh.vertexCount ? All(mesh, counts) : FirstFour(mesh);
        }

        static List<(int, int, float)> All(Mesh mesh, NativeArray<byte> counts)
        {
            var weights = mesh.GetAllBoneWeights();
            var all = new List<(int, int, float)>(weights.Length);
            for (int vertex = 0, next = 0; vertex < counts.Length; vertex++)
                for (var end = next + counts[vertex]; next < end; next++) all.Add((vertex, weights[next].boneIndex, weights[next].weight));
            return all;
        }

        // The vertex buffer of the graphics card: at most four bones for each vertex.
        static List<(int, int, float)> FirstFour(Mesh mesh)
        {
            var all = new List<(int, int, float)>();
            using (var array = MeshUtility.AcquireReadOnlyMeshData(mesh))
            {
                var data = array[0];
                if (data.vertexCount == 0 || !data.HasVertexAttribute(VertexAttribute.BlendIndices)) return all;
                var bones = Read(data, VertexAttribute.BlendIndices);
                // A mesh whose vertices follow one bone each has no weight attribute.
                var weights = data.HasVertexAttribute(VertexAttribute.BlendWeight) ? Read(data, VertexAttribute.BlendWeight) : null;
                for (var vertex = 0; vertex < data.vertexCount; vertex++)
                    for (var i = 0; i < bones.GetLength(1); i++)
                    {
                        var weight = weights == null ? 1 : i < weights.GetLength(1) ? weights[vertex, i] : 0;
                        if (weight > 0) all.Add((vertex, (int)bones[vertex, i], weight));
                    }
            }
            return all;
        }

        static float[,] Read(Mesh.MeshData data, VertexAttribute attribute)
        {
            var format = data.GetVertexAttributeFormat(attribute);
            var stream = data.GetVertexAttributeStream(attribute);
            var (stride, offset) = (data.GetVertexBufferStride(stream), data.GetVertexAttributeOffset(attribute));
            var bytes = data.GetVertexData<byte>(stream).ToArray();
            var values = new float[data.vertexCount, data.GetVertexAttributeDimension(attribute)];
            for (var vertex = 0; vertex < values.GetLength(0); vertex++)
                for (var i = 0; i < values.GetLength(1); i++)
                    values[vertex, i] = Decode(bytes, vertex * stride + offset, i, format);
            return values;
        }

        static float Decode(byte[] bytes, int begin, int index, VertexAttributeFormat format)
        {
            switch (format)
            {
                case VertexAttributeFormat.Float32: return BitConverter.ToSingle(bytes, begin + 4 * index);
                case VertexAttributeFormat.UNorm8: return bytes[begin + index] / 255f;
                case VertexAttributeFormat.UNorm16: return BitConverter.ToUInt16(bytes, begin + 2 * index) / 65535f;
                case VertexAttributeFormat.UInt8: return bytes[begin + index];
                case VertexAttributeFormat.UInt16: return BitConverter.ToUInt16(bytes, begin + 2 * index);
                case VertexAttributeFormat.UInt32:
                case VertexAttributeFormat.SInt32: return BitConverter.ToInt32(bytes, begin + 4 * index);
                // No exporter uses another format.
                default: return 0;
            }
        }
    }
}
