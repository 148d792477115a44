using System;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Editor.Texts;
using UnityEditor;
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
            foreach (var mesh in renderers.Select(MeshOf).Where(mesh => mesh != null && !mesh.isReadable).Distinct())
                yield return new Finding(Severity.Warning, Text.UnreadableMesh, FixOf(mesh), mesh.name);
            if (character.GetComponentsInChildren<MonoBehaviour>().Any(behaviour => behaviour != null && IsSpringBone(behaviour)))
                yield return new Finding(Severity.Warning, Text.SpringBones, null, character.name);
            var animator = character.GetComponentInChildren<Animator>();
            if (animator == null || !animator.isHuman)
                yield return new Finding(Severity.Warning, Text.NotHumanoid, null, character.name);
        }

        // Of either UniVRM, known by name: they need not be installed.
        static bool IsSpringBone(MonoBehaviour behaviour)
          => behaviour.GetType().Name == "VRMSpringBone" || behaviour.GetType().Name == "VRM10SpringBoneJoint";

        static Mesh MeshOf(Renderer renderer)
          => renderer is SkinnedMeshRenderer skin ? skin.sharedMesh
               : renderer.TryGetComponent<MeshFilter>(out var filter) ? filter.sharedMesh : null;

        static Action FixOf(Mesh mesh)
        {
            // A mesh that no model file brought, such as a generated one, has no import settings.
            if (!(AssetImporter.GetAtPath(AssetDatabase.GetAssetPath(mesh)) is ModelImporter importer)) return null;
            return () =>
            {
                importer.isReadable = true;
                importer.SaveAndReimport();
            };
        }
    }
}
