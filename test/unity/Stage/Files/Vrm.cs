using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Numerics;
using Newtonsoft.Json.Linq;

namespace LoraBridge.TestStage
{
    /// <summary>Reads VRM 0.x characters: skeleton, skins, blend shapes, humanoid bones, expressions, materials.</summary>
    public static class Vrm
    {
        /// <summary>Reads a `.vrm` file into Unity's space.</summary>
        /// <exception cref="InvalidDataException">No VRM 0.x, or with a feature that is not read.</exception>
        public static Character Read(string path)
        {
            var glb = new Glb(File.ReadAllBytes(path));
            var vrm = glb.Json["extensions"]?["VRM"] ?? throw new InvalidDataException($"{path} is no VRM 0.x");
            var character = new Character { Name = Path.GetFileNameWithoutExtension(path), Nodes = Nodes(glb.Json) };
            var materials = Materials(glb, vrm);
            var ofMesh = new Dictionary<int, int>();
            foreach (var node in glb.Json["nodes"].Where(node => node["mesh"] != null))
            {
                ofMesh[(int)node["mesh"]] = character.Meshes.Count;
                character.Meshes.Add(Mesh(glb, (int)node["mesh"], (int)node["skin"], character.Nodes.Count, materials));
            }
            foreach (var bone in vrm["humanoid"]["humanBones"]) character.Bones[(string)bone["bone"]] = (int)bone["node"];
            foreach (var group in vrm["blendShapeMaster"]["blendShapeGroups"])
                character.Expressions[(string)group["presetName"]] = group["binds"].Select(bind => new Bind
                {
                    Mesh = ofMesh[(int)bind["mesh"]], Target = (int)bind["index"], Weight = (float)bind["weight"] / 100,
                }).ToArray();
            return character;
        }

        static List<Node> Nodes(JObject json)
        {
            var nodes = json["nodes"].Select(node => new Node
            {
                Name = (string)node["name"],
                Position = Vector(node["translation"], Vector3.Zero) * new Vector3(1, 1, -1),
                Rotation = Mirrored(node["rotation"]),
                Scale = Vector(node["scale"], Vector3.One),
            }).ToList();
            for (int i = 0; i < nodes.Count; i++)
                foreach (int child in json["nodes"][i]["children"]?.Values<int>() ?? new int[0]) nodes[child].Parent = i;
            return nodes;
        }

        static Mesh Mesh(Glb glb, int index, int skin, int nodes, List<Material> materials)
        {
            var json = glb.Json["meshes"][index];
            var first = json["primitives"][0];
            var attributes = first["attributes"];
            if (json["primitives"].Any(primitive => !JToken.DeepEquals(primitive["attributes"], attributes)))
                throw new InvalidDataException("primitives of one mesh must share their vertices");
            int[] joints = glb.Json["skins"][skin]["joints"].Values<int>().ToArray();
            var mesh = new Mesh
            {
                Name = (string)json["name"],
                Positions = glb.Vectors3((int)attributes["POSITION"]),
                Normals = glb.Vectors3((int)attributes["NORMAL"]),
                Uvs = glb.Vectors2((int)attributes["TEXCOORD_0"]),
                Joints = Array.ConvertAll(glb.Integers((int)attributes["JOINTS_0"]), joint => joints[joint]),
                Weights = glb.Numbers((int)attributes["WEIGHTS_0"], out _),
                BindPoses = BindPoses(glb, skin, joints, nodes),
            };
            var names = json["extras"]?["targetNames"];
            var targets = first["targets"] ?? new JArray();
            for (int i = 0; i < targets.Count(); i++)
                mesh.Targets.Add(new MorphTarget
                {
                    Name = (string)names?[i] ?? $"{i}",
                    Positions = glb.Vectors3((int)targets[i]["POSITION"]),
                    Normals = glb.Vectors3((int)targets[i]["NORMAL"]),
                });
            foreach (var primitive in json["primitives"])
                mesh.Parts.Add(new Part { Triangles = Turned(glb.Integers((int)primitive["indices"])), Material = materials[(int)primitive["material"]] });
            return mesh;
        }

        static Matrix4x4[] BindPoses(Glb glb, int skin, int[] joints, int nodes)
        {
            float[] m = glb.Numbers((int)glb.Json["skins"][skin]["inverseBindMatrices"], out _);
            var poses = Enumerable.Repeat(Matrix4x4.Identity, nodes).ToArray();
            for (int i = 0; i < joints.Length; i++)
            {
                int at = i * 16;
                // glTF's columns are the rows of row vectors; what mixes z with another axis changes its sign.
                poses[joints[i]] = new Matrix4x4(
                    m[at], m[at + 1], -m[at + 2], m[at + 3], m[at + 4], m[at + 5], -m[at + 6], m[at + 7],
                    -m[at + 8], -m[at + 9], m[at + 10], -m[at + 11], m[at + 12], m[at + 13], -m[at + 14], m[at + 15]);
            }
            return poses;
        }

        // A mirrored triangle would show its back.
        static int[] Turned(int[] triangles)
        {
            for (int i = 0; i < triangles.Length; i += 3) (triangles[i + 1], triangles[i + 2]) = (triangles[i + 2], triangles[i + 1]);
            return triangles;
        }

        static List<Material> Materials(Glb glb, JToken vrm)
        {
            var textures = (glb.Json["textures"] ?? new JArray()).Select(texture => new Lazy<Texture>(() => Texture(glb, texture))).ToList();
            return glb.Json["materials"].Select((json, i) => Material(json, vrm["materialProperties"][i], textures)).ToList();
        }

        static Material Material(JToken json, JToken properties, List<Lazy<Texture>> textures)
        {
            var surface = json["pbrMetallicRoughness"];
            string mode = (string)json["alphaMode"] ?? "OPAQUE";
            var material = new Material
            {
                Name = (string)json["name"],
                Texture = surface?["baseColorTexture"] == null ? null : textures[(int)surface["baseColorTexture"]["index"]].Value,
                Color = Color(surface?["baseColorFactor"]),
                Coverage = mode == "MASK" ? Coverage.Cutout : mode == "BLEND" ? Coverage.Blend : Coverage.Opaque,
                Metallic = (float?)surface?["metallicFactor"] ?? 1,
                Cutoff = (float?)json["alphaCutoff"] ?? 0.5f,
                DoubleSided = (bool?)json["doubleSided"] ?? false,
                Shading = json["extensions"]?["KHR_materials_unlit"] == null ? Shading.Lambert : Shading.Unlit,
            };
            if ((string)properties["shader"] == "VRM/MToon") Toon(material, properties["floatProperties"], properties["vectorProperties"]);
            return material;
        }

        static void Toon(Material material, JToken floats, JToken vectors)
        {
            material.Shading = Shading.Toon;
            material.Color = Linear(Color(vectors["_Color"]));
            material.ShadeColor = Xyz(Linear(Color(vectors["_ShadeColor"])));
            material.ShadeShift = (float)floats["_ShadeShift"];
            material.ShadeToony = (float)floats["_ShadeToony"];
            material.OutlineWidth = (float)floats["_OutlineWidthMode"] == 2 ? (float)floats["_OutlineWidth"] : 0;
            material.OutlineColor = Xyz(Linear(Color(vectors["_OutlineColor"])));
        }

        static Texture Texture(Glb glb, JToken texture)
        {
            var image = glb.Json["images"][(int)texture["source"]];
            byte[] rgba = Png.Decode(glb.View((int)image["bufferView"]), out int width, out int height);
            return new Texture(rgba, width, height, (int?)glb.Json["samplers"][(int)texture["sampler"]]["magFilter"] == 9728);
        }

        static Vector3 Vector(JToken json, Vector3 otherwise) =>
            json == null ? otherwise : new Vector3((float)json[0], (float)json[1], (float)json[2]);

        static Quaternion Mirrored(JToken json) => json == null ? Quaternion.Identity
            : new Quaternion(-(float)json[0], -(float)json[1], (float)json[2], (float)json[3]);

        static Vector4 Color(JToken json) =>
            json == null ? Vector4.One : new Vector4((float)json[0], (float)json[1], (float)json[2], (float)json[3]);

        static Vector3 Xyz(Vector4 color) => new Vector3(color.X, color.Y, color.Z);

        // Unity keeps material colours as sRGB, glTF keeps its factors linear.
        static Vector4 Linear(Vector4 color) => new Vector4(TestStage.Texture.SrgbToLinear(color.X),
            TestStage.Texture.SrgbToLinear(color.Y), TestStage.Texture.SrgbToLinear(color.Z), color.W);
    }
}
