#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Editor.Stage;
using LoraBridge.Editor.Texts;
using UnityEngine;

namespace LoraBridge.Editor.Preflight
{
    /// <summary>Checks a character for what would spoil its images.</summary>
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
            foreach (var package in ThirdPartyComponents.OutfitsOf(character))
                yield return new Finding(Severity.Error, Text.UnbakedOutfit, null, character.name, package);
            foreach (var package in ThirdPartyComponents.BuildersOf(character))
                yield return new Finding(Severity.Warning, Text.UnbakedOutfit, null, character.name, package);
            var springs = ThirdPartyComponents.SpringBonesOf(character);
            if (springs.Count > 0)
                yield return new Finding(Severity.Warning, Text.SpringBones, null, character.name, string.Join(", ", springs));
            if (!CharacterAnimator.IsHuman(CharacterAnimator.Of(character)))
                yield return new Finding(Severity.Warning, Text.NotHumanoid, null, character.name);
        }
    }
}
