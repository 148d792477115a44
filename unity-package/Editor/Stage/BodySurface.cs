using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Capture;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>The vertices of one renderer, and which of them belong to which part of the body.</summary>
    sealed class BodySurface
    {
        // Half of a vertex's weight: what moves more with the neck than with the head is neck.
        const float MinimalWeight = 0.5f;

        readonly Renderer _renderer;
        readonly SkinnedMeshRenderer _skin;
        readonly Mesh _mesh;
        readonly Dictionary<BodyParts.Part, int[]> _members = new Dictionary<BodyParts.Part, int[]>();
        readonly List<Vector3> _vertices = new List<Vector3>();

        /// <summary>Whether the vertices can be read; if not, the corners of the bounds stand for them.</summary>
        public bool IsReadable => _mesh != null && _mesh.isReadable;

        public BodySurface(Renderer renderer, BodyParts parts)
        {
            _renderer = renderer;
            _skin = renderer as SkinnedMeshRenderer;
            _mesh = _skin != null ? _skin.sharedMesh : renderer.TryGetComponent<MeshFilter>(out var filter) ? filter.sharedMesh : null;
            if (!IsReadable) return;
            foreach (var part in parts.All)
            {
                var members = Members(part);
                if (members.Length > 0) _members.Add(part, members);
            }
        }

        int[] Members(BodyParts.Part part)
        {
            // A hair ornament that is no skin hangs below the bone as a whole.
            if (_skin == null || _skin.bones.Length == 0)
                return part.Holds(_renderer.transform) ? Enumerable.Range(0, _mesh.vertexCount).ToArray() : new int[0];
            var isMember = _skin.bones.Select(part.Holds).ToArray();
            var counts = _mesh.GetBonesPerVertex();
            var weights = _mesh.GetAllBoneWeights();
            var members = new List<int>();
            for (int vertex = 0, next = 0; vertex < counts.Length; vertex++)
            {
                var sum = 0f;
                for (var end = next + counts[vertex]; next < end; next++)
                    if (isMember[weights[next].boneIndex]) sum += weights[next].weight;
                if (sum >= MinimalWeight) members.Add(vertex);
            }
            return members.ToArray();
        }

        /// <summary>Adds the vertices as they are now, in world coordinates.</summary>
        public void AddTo(List<System.Numerics.Vector3> all, Dictionary<BodyParts.Part, List<System.Numerics.Vector3>> parts, Mesh scratch)
        {
            var first = all.Count;
            if (!IsReadable)
            {
                AddCorners(all);
                return;
            }
            if (_skin != null) _skin.BakeMesh(scratch, true);
            (_skin != null ? scratch : _mesh).GetVertices(_vertices);
            var toWorld = _renderer.transform.localToWorldMatrix;
            foreach (var vertex in _vertices) all.Add(toWorld.MultiplyPoint3x4(vertex).ToCore());
            foreach (var pair in _members)
            {
                if (!parts.TryGetValue(pair.Key, out var points)) parts.Add(pair.Key, points = new List<System.Numerics.Vector3>());
                foreach (var member in pair.Value) points.Add(all[first + member]);
            }
        }

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
