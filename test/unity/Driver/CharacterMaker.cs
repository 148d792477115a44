using System.Collections.Generic;
using System.Linq;
using UnityEngine;
using UnityEngine.Rendering;

namespace DeclaredUnity
{
    /// <summary>Characters for tests of the package: few vertices, real bones and weights.</summary>
    public static class CharacterMaker
    {
        /// <summary>
        /// A humanoid of hips, head and two hands, 1.6 high, with four vertices for each bone and the blend shape <c>smile</c>.
        /// </summary>
        public static GameObject Humanoid(string name)
        {
            var root = new GameObject(name);
            var hips = Bone("Hips", root.transform, new Vector3(0, 0.8f, 0));
            var bones = new[]
            {
                hips,
                Bone("Head", hips, new Vector3(0, 0.6f, 0)),
                Bone("LeftHand", hips, new Vector3(-0.6f, 0.3f, 0)),
                Bone("RightHand", hips, new Vector3(0.6f, 0.3f, 0)),
            };
            var animator = (Animator)root.Add(new Animator { avatar = new Avatar() });
            animator.Bones[HumanBodyBones.Hips] = bones[0];
            animator.Bones[HumanBodyBones.Head] = bones[1];
            animator.Bones[HumanBodyBones.LeftHand] = bones[2];
            animator.Bones[HumanBodyBones.RightHand] = bones[3];
            var body = new GameObject("Body");
            body.transform.SetParent(root.transform, false);
            body.Add(new SkinnedMeshRenderer { bones = bones, sharedMesh = MeshAround(bones) });
            return root;
        }

        /// <summary>Takes the bones' objects away, as "Optimize Game Objects" does.</summary>
        public static void Optimize(GameObject character) => character.GetComponentInChildren<Animator>().IsOptimized = true;

        /// <summary>An animator without an avatar, such as that of a gadget.</summary>
        public static void AddAnimator(GameObject target) => target.Add(new Animator());

        /// <summary>A thing of one mesh, without bones.</summary>
        public static GameObject Thing(string name)
        {
            var root = new GameObject(name);
            root.Add(new MeshFilter { sharedMesh = MeshAround(root.transform) });
            root.Add(new MeshRenderer());
            return root;
        }

        /// <summary>A clip of the animator's own, which moves a child of a path; or a humanoid clip.</summary>
        public static AnimationClip Clip(string name, string path, bool isHumanMotion = false)
        {
            var clip = (AnimationClip)System.Activator.CreateInstance(typeof(AnimationClip), true);
            clip.name = name;
            clip.isHumanMotion = isHumanMotion;
            clip.Paths.Add(path);
            return clip;
        }

        /// <summary>Gives a character a component of its root.</summary>
        public static void Add(GameObject character, Component component) => character.Add(component);

        /// <summary>Gives a character a clip of its own.</summary>
        public static void Give(GameObject character, AnimationClip clip) => character.GetComponentInChildren<Animator>().Clips.Add(clip);

        /// <summary>Takes Read/Write from all meshes of a character.</summary>
        public static void Close(GameObject character, VertexAttributeFormat weights = VertexAttributeFormat.Float32,
            VertexAttributeFormat indices = VertexAttributeFormat.UInt32)
        {
            foreach (var mesh in MeshesOf(character)) (mesh.isReadable, mesh.WeightFormat, mesh.IndexFormat) = (false, weights, indices);
        }

        /// <summary>Takes the vertices out of the editor's memory.</summary>
        public static void Lose(GameObject character)
        {
            foreach (var mesh in MeshesOf(character)) (mesh.isReadable, mesh.IsLost) = (false, true);
        }

        static IEnumerable<Mesh> MeshesOf(GameObject character)
            => character.GetComponentsInChildren<SkinnedMeshRenderer>().Select(skin => skin.sharedMesh)
                .Concat(character.GetComponentsInChildren<MeshFilter>().Select(filter => filter.sharedMesh));

        static Transform Bone(string name, Transform parent, Vector3 place)
        {
            var bone = new GameObject(name).transform;
            bone.SetParent(parent, false);
            bone.localPosition = place;
            return bone;
        }

        static Mesh MeshAround(params Transform[] bones)
        {
            const float half = 0.1f;
            var mesh = new Mesh { BlendShapes = new[] { "smile" } };
            mesh.Vertices = new Vector3[bones.Length * 4];
            mesh.BonesPerVertex = new byte[mesh.Vertices.Length];
            mesh.Weights = new BoneWeight1[mesh.Vertices.Length];
            for (var i = 0; i < mesh.Vertices.Length; i++)
            {
                mesh.Vertices[i] = bones[i / 4].position + new Vector3(i % 2 == 0 ? -half : half, i % 4 < 2 ? 0 : 2 * half, 0);
                mesh.BonesPerVertex[i] = 1;
                mesh.Weights[i] = new BoneWeight1 { boneIndex = i / 4, weight = 1 };
            }
            return mesh;
        }
    }
}
