#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Capture;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>The bones of the head and the hands, with a confidence.</summary>
    sealed class BodyParts
    {
        /// <summary>A part of the body: a bone with all bones below it.</summary>
        public sealed class Part
        {
            public string Name { get; }
            public Transform Bone { get; }
            public float Confidence { get; }

            public Part(string name, Transform bone, float confidence)
            {
                Name = name;
                Bone = bone;
                Confidence = confidence;
            }

            public bool Contains(Transform? bone) => bone != null && bone.IsChildOf(Bone);
        }

        // For a bone that is recognized only by its name.
        const float NameConfidence = 0.7f;

        public IReadOnlyList<Part> All { get; }

        /// <summary>The hips, or null.</summary>
        public Transform? Hips { get; }

        public BodyParts(CharacterClone clone)
        {
            var parts = new[]
            {
                Find(clone, StageRegion.Head, HumanBodyBones.Head, "head"),
                Find(clone, StageRegion.LeftHand, HumanBodyBones.LeftHand, "lefthand", "handl", "lhand"),
                Find(clone, StageRegion.RightHand, HumanBodyBones.RightHand, "righthand", "handr", "rhand"),
            };
            All = parts.OfType<Part>().ToArray();
            var animator = clone.HumanAnimator;
            Hips = animator != null ? animator.GetBoneTransform(HumanBodyBones.Hips) : Named(clone, "hips", "pelvis");
        }

        static Part? Find(CharacterClone clone, string name, HumanBodyBones human, params string[] names)
        {
            var animator = clone.HumanAnimator;
            var bone = animator != null ? animator.GetBoneTransform(human) : null;
            if (bone != null) return new Part(name, bone, 1);
            bone = Named(clone, names);
            return bone == null ? null : new Part(name, bone, NameConfidence);
        }

        // "J_Bip_L_Hand", "Hand.L" and "mixamorig:LeftHand" are all left hands: only letters count, the rig's prefix does not.
        static Transform? Named(CharacterClone clone, params string[] names)
          => clone.Root.GetComponentsInChildren<Transform>(true)
               .FirstOrDefault(t => names.Any(name => Letters(t.name).EndsWith(name, StringComparison.Ordinal)));

        static string Letters(string name) => new string(name.Where(char.IsLetter).ToArray()).ToLowerInvariant();
    }
}
