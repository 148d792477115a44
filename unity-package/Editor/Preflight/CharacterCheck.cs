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
            var animator = character.GetComponentInChildren<Animator>();
            if (animator == null || !animator.isHuman)
                yield return new Finding(Severity.Warning, Text.NotHumanoid, null, character.name);
        }

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
