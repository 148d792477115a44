using System.Collections.Generic;
using System.Linq;
using UnityEngine;

namespace LoraBridge.Project
{
    /// <summary>A mannequin of simple shapes in T-pose, 1.7 m high, facing +z: each bone has an ellipsoid.</summary>
    static class Mannequin
    {
        // Bone, parent, position, and size of its shape; the character's left is −x.
        static readonly (string name, string parent, Vector3 place, Vector3 size)[] Bones =
        {
            ("Hips", null, new Vector3(0, 0.95f, 0), new Vector3(0.3f, 0.2f, 0.2f)),
            ("Spine", "Hips", new Vector3(0, 1.1f, 0), new Vector3(0.28f, 0.2f, 0.18f)),
            ("Chest", "Spine", new Vector3(0, 1.25f, 0), new Vector3(0.34f, 0.28f, 0.2f)),
            ("Neck", "Chest", new Vector3(0, 1.43f, 0), new Vector3(0.1f, 0.1f, 0.1f)),
            ("Head", "Neck", new Vector3(0, 1.5f, 0), new Vector3(0.22f, 0.26f, 0.22f)),
            ("LeftUpperLeg", "Hips", new Vector3(-0.1f, 0.9f, 0), new Vector3(0.14f, 0.42f, 0.14f)),
            ("LeftLowerLeg", "LeftUpperLeg", new Vector3(-0.1f, 0.5f, 0), new Vector3(0.11f, 0.4f, 0.11f)),
            ("LeftFoot", "LeftLowerLeg", new Vector3(-0.1f, 0.08f, 0), new Vector3(0.1f, 0.1f, 0.24f)),
            ("RightUpperLeg", "Hips", new Vector3(0.1f, 0.9f, 0), new Vector3(0.14f, 0.42f, 0.14f)),
            ("RightLowerLeg", "RightUpperLeg", new Vector3(0.1f, 0.5f, 0), new Vector3(0.11f, 0.4f, 0.11f)),
            ("RightFoot", "RightLowerLeg", new Vector3(0.1f, 0.08f, 0), new Vector3(0.1f, 0.1f, 0.24f)),
            ("LeftUpperArm", "Chest", new Vector3(-0.18f, 1.36f, 0), new Vector3(0.26f, 0.1f, 0.1f)),
            ("LeftLowerArm", "LeftUpperArm", new Vector3(-0.44f, 1.36f, 0), new Vector3(0.25f, 0.08f, 0.08f)),
            ("LeftHand", "LeftLowerArm", new Vector3(-0.69f, 1.36f, 0), new Vector3(0.15f, 0.05f, 0.09f)),
            ("RightUpperArm", "Chest", new Vector3(0.18f, 1.36f, 0), new Vector3(0.26f, 0.1f, 0.1f)),
            ("RightLowerArm", "RightUpperArm", new Vector3(0.44f, 1.36f, 0), new Vector3(0.25f, 0.08f, 0.08f)),
            ("RightHand", "RightLowerArm", new Vector3(0.69f, 1.36f, 0), new Vector3(0.15f, 0.05f, 0.09f)),
        };

        /// <summary>Creates it in the open scene, with a material and without an animator.</summary>
        public static GameObject Make(string name, Material material)
        {
            var root = new GameObject(name);
            var made = new Dictionary<string, Transform>();
            foreach (var (bone, parent, place, size) in Bones)
            {
                var transform = new GameObject(bone).transform;
                transform.SetParent(parent == null ? root.transform : made[parent], false);
                transform.position = place;
                made.Add(bone, transform);
                var shape = GameObject.CreatePrimitive(PrimitiveType.Sphere);
                Object.DestroyImmediate(shape.GetComponent<Collider>());
                shape.name = bone + "Shape";
                shape.transform.SetParent(transform, false);
                shape.transform.localPosition = Towards(bone, size);
                shape.transform.localScale = size;
                shape.GetComponent<Renderer>().sharedMaterial = material;
            }
            return root;
        }

        // The shape of a limb reaches from its joint to the next.
        static Vector3 Towards(string bone, Vector3 size)
        {
            if (bone.EndsWith("Leg")) return new Vector3(0, -size.y / 2, 0);
            if (bone.EndsWith("Arm") || bone.EndsWith("Hand")) return new Vector3(bone.StartsWith("Left") ? -size.x / 2 : size.x / 2, 0, 0);
            return bone == "Head" ? new Vector3(0, size.y / 2, 0) : Vector3.zero;
        }

        /// <summary>Builds its humanoid avatar.</summary>
        public static Avatar AvatarOf(GameObject mannequin)
        {
            var description = new HumanDescription
            {
                human = Bones.Select(bone => new HumanBone { boneName = bone.name, humanName = bone.name, limit = new HumanLimit { useDefaultValues = true } }).ToArray(),
                skeleton = mannequin.GetComponentsInChildren<Transform>().Select(transform => new SkeletonBone
                {
                    name = transform.name, position = transform.localPosition, rotation = transform.localRotation, scale = transform.localScale,
                }).ToArray(),
                upperArmTwist = 0.5f, lowerArmTwist = 0.5f, upperLegTwist = 0.5f, lowerLegTwist = 0.5f, armStretch = 0.05f, legStretch = 0.05f,
            };
            return AvatarBuilder.BuildHumanAvatar(mannequin, description);
        }
    }
}
