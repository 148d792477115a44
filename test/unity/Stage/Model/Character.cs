using System.Collections.Generic;
using System.Numerics;

namespace LoraBridge.TestStage
{
    /// <summary>A transform of the hierarchy, relative to its parent.</summary>
    public sealed class Node
    {
        public string Name;
        public int Parent = -1;
        public Vector3 Position;
        public Quaternion Rotation = Quaternion.Identity;
        public Vector3 Scale = Vector3.One;
    }

    /// <summary>Weight of one blend shape within an expression.</summary>
    public struct Bind
    {
        public int Mesh, Target;
        public float Weight;
    }

    /// <summary>A character in Unity's space: left-handed, y up, looking along +z, metres.</summary>
    public sealed class Character
    {
        public string Name;
        public List<Node> Nodes = new List<Node>();
        public List<Mesh> Meshes = new List<Mesh>();

        /// <summary>Humanoid bones by VRM's name (`leftUpperArm`) to node.</summary>
        public Dictionary<string, int> Bones = new Dictionary<string, int>();

        /// <summary>Expressions by VRM preset name (`joy`).</summary>
        public Dictionary<string, Bind[]> Expressions = new Dictionary<string, Bind[]>();

        /// <summary>Scale of the root transform.</summary>
        public float Scale = 1;

        /// <summary>Whether a node is another, or below it.</summary>
        public bool IsBelow(int node, int ancestor)
        {
            for (; node >= 0; node = Nodes[node].Parent)
                if (node == ancestor) return true;
            return false;
        }
    }
}
