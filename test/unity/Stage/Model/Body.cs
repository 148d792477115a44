using System.Collections.Generic;
using System.Numerics;

namespace LoraBridge.TestStage
{
    /// <summary>A mesh as it is posed now, in world space.</summary>
    public sealed class PosedMesh
    {
        public Mesh Mesh;
        public Vector3[] Positions, Normals;
    }

    /// <summary>A character with a pose and an expression: linear-blend skinning after blend shapes.</summary>
    public sealed class Body
    {
        readonly Character _character;
        readonly Quaternion[] _rotations;
        readonly Dictionary<(int Mesh, int Target), float> _weights = new Dictionary<(int, int), float>();

        /// <summary>The character as it stands in its file.</summary>
        public Body(Character character)
        {
            _character = character;
            _rotations = new Quaternion[character.Nodes.Count];
            Stand();
        }

        /// <summary>Back to the pose of the file.</summary>
        public void Stand()
        {
            for (int i = 0; i < _rotations.Length; i++) _rotations[i] = _character.Nodes[i].Rotation;
        }

        /// <summary>Turns humanoid bones; those that the character lacks are left out.</summary>
        public void Turn(IReadOnlyDictionary<string, Quaternion> rotations)
        {
            foreach (var pair in rotations)
                if (_character.Bones.TryGetValue(pair.Key, out int node)) _rotations[node] = pair.Value * _character.Nodes[node].Rotation;
        }

        /// <summary>Shows the face as it is in the file, then an expression at a weight of 0 to 1.</summary>
        public void SetExpression(Bind[] binds, float weight)
        {
            _weights.Clear();
            foreach (var bind in binds) _weights[(bind.Mesh, bind.Target)] = bind.Weight * weight;
        }

        /// <summary>World matrices of all nodes, for row vectors.</summary>
        public Matrix4x4[] Matrices()
        {
            var matrices = new Matrix4x4[_character.Nodes.Count];
            var done = new bool[matrices.Length];
            Matrix4x4 Of(int i)
            {
                if (i < 0) return Matrix4x4.CreateScale(_character.Scale);
                if (done[i]) return matrices[i];
                var node = _character.Nodes[i];
                done[i] = true;
                return matrices[i] = Matrix4x4.CreateScale(node.Scale) * Matrix4x4.CreateFromQuaternion(_rotations[i])
                    * Matrix4x4.CreateTranslation(node.Position) * Of(node.Parent);
            }
            for (int i = 0; i < matrices.Length; i++) Of(i);
            return matrices;
        }

        /// <summary>All meshes with blend shapes and skin applied.</summary>
        public List<PosedMesh> Skin()
        {
            var matrices = Matrices();
            var posed = new List<PosedMesh>();
            for (int m = 0; m < _character.Meshes.Count; m++)
            {
                var mesh = _character.Meshes[m];
                var positions = (Vector3[])mesh.Positions.Clone();
                var normals = (Vector3[])mesh.Normals.Clone();
                for (int t = 0; t < mesh.Targets.Count; t++)
                    if (_weights.TryGetValue((m, t), out float weight))
                        for (int i = 0; i < positions.Length; i++)
                        {
                            positions[i] += weight * mesh.Targets[t].Positions[i];
                            normals[i] += weight * mesh.Targets[t].Normals[i];
                        }
                var bones = new Matrix4x4[matrices.Length];
                for (int i = 0; i < bones.Length; i++) bones[i] = mesh.BindPoses[i] * matrices[i];
                for (int i = 0; i < positions.Length; i++)
                {
                    var blend = new Matrix4x4();
                    for (int k = i * 4; k < i * 4 + 4; k++)
                        if (mesh.Weights[k] > 0) blend += bones[mesh.Joints[k]] * mesh.Weights[k];
                    positions[i] = Vector3.Transform(positions[i], blend);
                    normals[i] = Vector3.Normalize(Vector3.TransformNormal(normals[i], blend));
                }
                posed.Add(new PosedMesh { Mesh = mesh, Positions = positions, Normals = normals });
            }
            return posed;
        }
    }
}
