#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Capture;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>The vertices of one renderer, and which of them belong to which part of the body.</summary>
    sealed class BodySurface
    {
        // Half of a vertex's weight: a vertex that follows the neck more than the head belongs to the neck.
        const float MinimalWeight = 0.5f;

        readonly Renderer _renderer;
        readonly SkinnedMeshRenderer? _skin;
        readonly Mesh? _mesh;
        readonly Dictionary<BodyParts.Part, int[]> _members = new Dictionary<BodyParts.Part, int[]>();
        // Vertices of a mesh without bones; they do not change.
        readonly Vector3[] _still = new Vector3[0];
        readonly List<Vector3> _vertices = new List<Vector3>();

        public BodySurface(Renderer renderer, BodyParts parts)
        {
            _renderer = renderer;
            _skin = renderer as SkinnedMeshRenderer;
            _mesh = _skin != null ? _skin.sharedMesh : renderer.TryGetComponent<MeshFilter>(out var filter) ? filter.sharedMesh : null;
            if (_mesh == null) return;
            if (_skin == null) _still = MeshReader.Vertices(_mesh);
            // A mesh without skinning, such as a hair ornament, belongs as a whole to the bone above it.
            var bones = _skin != null ? _skin.bones : new Transform[0];
            var weights = bones.Length > 0 ? MeshReader.Weights(_mesh) : new (int, int, float)[0];
            foreach (var part in parts.All)
            {
                var members = bones.Length > 0 ? Members(part, bones, weights, _mesh.vertexCount)
                    : part.Contains(renderer.transform) ? Enumerable.Range(0, _mesh.vertexCount).ToArray() : new int[0];
                if (members.Length > 0) _members.Add(part, members);
            }
        }

        static int[] Members(BodyParts.Part part, Transform[] bones, IReadOnlyList<(int vertex, int bone, float weight)> weights, int vertexCount)
        {
            var isMember = bones.Select(part.Contains).ToArray();
            var sums = new float[vertexCount];
            foreach (var (vertex, bone, weight) in weights)
                if (bone < isMember.Length && isMember[bone]) sums[vertex] += weight;
            return Enumerable.Range(0, sums.Length).Where(vertex => sums[vertex] >= MinimalWeight).ToArray();
        }

        /// <summary>Adds the vertices as they are now, in world coordinates.</summary>
        public void AddTo(List<System.Numerics.Vector3> all, Dictionary<BodyParts.Part, List<System.Numerics.Vector3>> parts, Mesh scratch)
        {
            var first = all.Count;
            if (_mesh == null) return;
            ReadVertices(scratch);
            if (_vertices.Count != _mesh.vertexCount)
            {
                AddCorners(all);
                return;
            }
            var toWorld = _renderer.transform.localToWorldMatrix;
            foreach (var vertex in _vertices) all.Add(toWorld.MultiplyPoint3x4(vertex).ToCore());
            foreach (var pair in _members)
            {
                if (!parts.TryGetValue(pair.Key, out var points)) parts.Add(pair.Key, points = new List<System.Numerics.Vector3>());
                foreach (var member in pair.Value) points.Add(all[first + member]);
            }
        }

        void ReadVertices(Mesh scratch)
        {
            _vertices.Clear();
            if (_skin == null)
            {
                _vertices.AddRange(_still);
                return;
            }
            _skin.BakeMesh(scratch, true);
            scratch.GetVertices(_vertices);
        }

        // The editor has no vertices in memory: use the corners of the bounds.
        void AddCorners(List<System.Numerics.Vector3> all)
        {
            var bounds = _renderer.bounds;
            for (var corner = 0; corner < 8; corner++)
            {
                var sign = new Vector3((corner & 1) * 2 - 1, (corner & 2) - 1, (corner & 4) / 2 - 1);
                all.Add((bounds.center + Vector3.Scale(bounds.extents, sign)).ToCore());
            }
        }
    }
}
