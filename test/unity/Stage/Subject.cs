using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Numerics;
using LoraBridge.Core.Plan;

namespace LoraBridge.TestStage
{
    /// <summary>A character with its clips, as the project of the test Unity has it; and defects for tests.</summary>
    public sealed class Subject
    {
        public Character Character;
        public List<Clip> Clips = new List<Clip>();

        /// <summary>Godette from a folder that holds `godette.vrm`. She brings no clips.</summary>
        public static Subject Godette(string folder)
        {
            var character = Vrm.Read(Path.Combine(folder, "godette.vrm"));
            character.Name = "Godette";
            return new Subject { Character = character };
        }

        /// <summary>Adds a humanoid clip `Bow` of one second.</summary>
        public Subject WithClip()
        {
            Clips.Add(new Clip
            {
                Name = "Bow", Length = 1,
                Muscles = time => new Dictionary<string, float>(HumanPoses.Find("stand").Muscles)
                {
                    ["Spine Front-Back"] = -time, ["Neck Nod Down-Up"] = -time / 2,
                },
            });
            return this;
        }

        /// <summary>Adds a half-transparent layer, 4 mm off the skin, as tights and veils are.</summary>
        public Subject WithVeil()
        {
            var veil = new Material { Name = "Veil", Coverage = Coverage.Blend, Color = new Vector4(0.1f, 0.15f, 0.6f, 0.5f) };
            foreach (var mesh in Character.Meshes.ToList())
            {
                int[] skin = mesh.Parts.SelectMany(part => SkinTriangles(mesh, part)).ToArray();
                if (skin.Length == 0) continue;
                Character.Meshes.Add(new Mesh
                {
                    Name = mesh.Name + " veil", Positions = mesh.Positions.Zip(mesh.Normals, (p, n) => p + n * 0.004f).ToArray(),
                    Normals = mesh.Normals, Uvs = mesh.Uvs, Joints = mesh.Joints, Weights = mesh.Weights, BindPoses = mesh.BindPoses,
                    Parts = { new Part { Triangles = skin, Material = veil } },
                });
            }
            return this;
        }

        /// <summary>A character with a skeleton and nothing to see.</summary>
        public Subject WithoutRenderer()
        {
            Character.Meshes.Clear();
            return this;
        }

        /// <summary>A rig whose head is not known, so not a humanoid either.</summary>
        public Subject WithoutHead()
        {
            Character.Bones.Remove("head");
            return this;
        }

        /// <summary>Meshes imported without Read/Write.</summary>
        public Subject WithUnreadableMeshes()
        {
            foreach (var mesh in Character.Meshes) mesh.Readable = false;
            return this;
        }

        /// <summary>A root transform of another scale.</summary>
        public Subject Scaled(float scale)
        {
            Character.Scale = scale;
            return this;
        }

        /// <summary>Adds a clip `Spider` that was made for another rig.</summary>
        public Subject WithOtherRigClip()
        {
            Clips.Add(new Clip { Name = "Spider", Length = 2 });
            return this;
        }

        // Skin in the palette texture of Godette: bright, and redder than green than blue.
        static IEnumerable<int> SkinTriangles(Mesh mesh, Part part)
        {
            if (part.Material.Texture == null) yield break;
            for (int i = 0; i < part.Triangles.Length; i += 3)
            {
                int a = part.Triangles[i], b = part.Triangles[i + 1], c = part.Triangles[i + 2];
                var uv = (mesh.Uvs[a] + mesh.Uvs[b] + mesh.Uvs[c]) / 3;
                var color = part.Material.Texture.Sample(uv.X, uv.Y);
                if (color.X < 0.6f || color.X < color.Y * 1.15f || color.Y < color.Z * 0.95f) continue;
                yield return a;
                yield return b;
                yield return c;
            }
        }
    }
}
