#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using UnityEngine;

namespace LoraBridge.Editor.Preflight
{
    /// <summary>
    /// Components of other packages that affect a character in play mode or at build time only. They are recognized by name: none of the packages
    /// needs to be installed.
    /// </summary>
    static class ThirdPartyComponents
    {
        static readonly string[] SpringBones =
        {
            "VRMSpringBone", "VRM10SpringBoneJoint", "VRCPhysBone", "DynamicBone", "MagicaCloth", "MagicaBoneCloth", "MagicaBoneSpring",
            "SpringManager",
        };

        // Outfits whose bones follow the body's only once they are merged.
        static readonly string[] Outfits =
        {
            "nadena.dev.modular_avatar.core.ModularAvatarMergeArmature", "nadena.dev.modular_avatar.core.ModularAvatarBoneProxy",
        };

        /// <summary>Types of spring bone and cloth components on the character, in alphabetical order.</summary>
        public static IReadOnlyList<string> SpringBonesOf(GameObject character)
            => Names(character, type => SpringBones.Contains(type.Name) ? type.Name : null);

        /// <summary>Packages that merge an outfit into the character at build time.</summary>
        public static IReadOnlyList<string> OutfitsOf(GameObject character)
            => Names(character, type => Outfits.Contains(type.FullName) ? "Modular Avatar" : null);

        /// <summary>Packages that change the character at build time, perhaps by merging an outfit.</summary>
        public static IReadOnlyList<string> BuildersOf(GameObject character)
            => Names(character, type => type.FullName == "VF.Model.VRCFury" ? "VRCFury" : null);

        static IReadOnlyList<string> Names(GameObject character, Func<Type, string?> nameOf)
            => character.GetComponentsInChildren<MonoBehaviour>().Where(behaviour => behaviour != null)
                .Select(behaviour => nameOf(behaviour.GetType())).OfType<string>().Distinct().OrderBy(name => name, StringComparer.Ordinal).ToList();
    }
}
