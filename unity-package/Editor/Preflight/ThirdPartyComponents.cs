using System;
using System.Collections.Generic;
using System.Linq;
using UnityEngine;

namespace LoraBridge.Editor.Preflight
{
    /// <summary>
    /// Components of other packages that shape a character in play mode or at build time only. They are recognized by name: none of the packages
    /// need be installed.
    /// </summary>
    static class ThirdPartyComponents
    {
        static readonly string[] SpringBones =
        {
            "VRMSpringBone", "VRM10SpringBoneJoint", "VRCPhysBone", "DynamicBone", "MagicaCloth", "MagicaBoneCloth", "MagicaBoneSpring",
            "SpringManager",
        };

        // Outfits whose bones follow the body's only once they have been merged with them.
        static readonly string[] Outfits =
        {
            "nadena.dev.modular_avatar.core.ModularAvatarMergeArmature", "nadena.dev.modular_avatar.core.ModularAvatarBoneProxy",
        };

        /// <summary>Kinds of spring bones and cloth that the character has, in alphabetical order.</summary>
        public static IReadOnlyList<string> SpringBonesOf(GameObject character)
            => Names(character, type => SpringBones.Contains(type.Name) ? type.Name : null);

        /// <summary>Packages that would merge an outfit into the character while it is built.</summary>
        public static IReadOnlyList<string> OutfitsOf(GameObject character)
            => Names(character, type => Outfits.Contains(type.FullName) ? "Modular Avatar" : null);

        /// <summary>Packages that change the character in ways of their own while it is built; an outfit may be among them.</summary>
        public static IReadOnlyList<string> BuildersOf(GameObject character)
            => Names(character, type => type.FullName == "VF.Model.VRCFury" ? "VRCFury" : null);

        static IReadOnlyList<string> Names(GameObject character, Func<Type, string> nameOf)
            => character.GetComponentsInChildren<MonoBehaviour>().Where(behaviour => behaviour != null)
                .Select(behaviour => nameOf(behaviour.GetType())).Where(name => name != null).Distinct().OrderBy(name => name, StringComparer.Ordinal).ToList();
    }
}
