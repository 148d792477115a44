#nullable enable
using System.Linq;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>Finds the animator that poses a character. Outfits and accessories often have their own animators.</summary>
    static class CharacterAnimator
    {
        /// <summary>The first that is human, else the first, else null.</summary>
        public static Animator? Of(GameObject character)
            => character.GetComponentsInChildren<Animator>().OrderByDescending(IsHuman).FirstOrDefault();

        /// <summary>Whether muscles can pose it.</summary>
        public static bool IsHuman(Animator? animator) => animator != null && animator.avatar != null && animator.isHuman;
    }
}
