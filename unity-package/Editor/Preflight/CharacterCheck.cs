using System.Collections.Generic;
using System.Linq;
using LoraBridge.Editor.Texts;
using UnityEngine;

namespace LoraBridge.Editor.Preflight
{
    /// <summary>What about a character would spoil its pictures.</summary>
    static class CharacterCheck
    {
        public static IEnumerable<Finding> Run(GameObject character)
        {
            var renderers = character.GetComponentsInChildren<Renderer>();
            if (!renderers.Any(renderer => renderer.enabled))
            {
                yield return new Finding(Severity.Error, Text.NoRenderer, null, character.name);
                yield break;
            }
            if (character.GetComponentsInChildren<MonoBehaviour>().Any(behaviour => behaviour != null && IsSpringBone(behaviour)))
                yield return new Finding(Severity.Warning, Text.SpringBones, null, character.name);
            var animator = character.GetComponentInChildren<Animator>();
            if (animator == null || !animator.isHuman)
                yield return new Finding(Severity.Warning, Text.NotHumanoid, null, character.name);
        }

        // Of either UniVRM, known by name: they need not be installed.
        static bool IsSpringBone(MonoBehaviour behaviour)
          => behaviour.GetType().Name == "VRMSpringBone" || behaviour.GetType().Name == "VRM10SpringBoneJoint";
    }
}
