#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LoraBridge.Core.Capture;
using UnityEditor;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>
    /// The clips that can pose a character: those of its own animators, by their name, and any other in the project, by
    /// <c>asset path#name</c>.
    /// </summary>
    sealed class ClipLibrary
    {
        readonly Dictionary<string, AnimationClip> _own = new Dictionary<string, AnimationClip>();

        public ClipLibrary(GameObject root)
        {
            var clips = root.GetComponentsInChildren<Animator>()
                .SelectMany(player => AnimationUtility.GetAnimationClips(player.gameObject)).Where(clip => clip != null).Distinct().ToList();
            foreach (var clip in clips) _own.Add(NameOf(clip, clips), clip);
        }

        /// <summary>
        /// The clip's own name; where several share it, as all of Mixamo's share <c>mixamo.com</c>, that of its file, and a number where
        /// that is taken, too.
        /// </summary>
        string NameOf(AnimationClip clip, IEnumerable<AnimationClip> all)
        {
            // "Mina@Walking.fbx" is the clip Walking of Mina.
            var file = Path.GetFileNameWithoutExtension(AssetDatabase.GetAssetPath(clip)).Split('@').Last();
            var isShared = clip.name == "mixamo.com" || all.Count(other => other.name == clip.name) > 1;
            var name = isShared && file.Length > 0 ? file : clip.name;
            for (var number = 2; _own.ContainsKey(name); number++) name = $"{(isShared && file.Length > 0 ? file : clip.name)} {number}";
            return name;
        }

        /// <summary>The character's own clips, and those among the keys that are clips of the project.</summary>
        public IReadOnlyList<StageClip> With(IEnumerable<string> keys)
          => _own.Select(pair => new StageClip(pair.Key, pair.Value.length))
               .Concat(keys.Where(key => !_own.ContainsKey(key)).Distinct().SelectMany(FromProject)).ToList();

        static IEnumerable<StageClip> FromProject(string key)
        {
            var clip = InProject(key);
            if (clip != null) yield return new StageClip(key, clip.length);
        }

        /// <summary>The key by which <see cref="Find"/> finds a clip of the project.</summary>
        public static string KeyOf(AnimationClip clip) => AssetDatabase.GetAssetPath(clip) + "#" + clip.name;

        /// <exception cref="CaptureException">There is no such clip.</exception>
        public AnimationClip Find(string key)
        {
            if (_own.TryGetValue(key, out var own)) return own;
            return InProject(key) ?? throw new CaptureException
              ("input.clip.missing", $"There is no animation clip \"{key}\".", "Choose the clip again in the plan.");
        }

        static AnimationClip? InProject(string key)
        {
            var hash = key.LastIndexOf('#');
            return hash < 0 ? null : AssetDatabase.LoadAllAssetsAtPath(key.Substring(0, hash)).OfType<AnimationClip>()
                .FirstOrDefault(clip => clip.name == key.Substring(hash + 1));
        }

        /// <exception cref="CaptureException">The clip does not animate this character.</exception>
        public static void CheckRig(AnimationClip clip, CharacterClone clone)
        {
            if (clip.isHumanMotion ? clone.IsHumanoid : MovesAnything(clip, clone)) return;
            throw new CaptureException
              ("input.clip.rig", $"The clip \"{clip.name}\" was made for a different rig than that of \"{clone.Source.name}\".",
               clip.isHumanMotion
                   ? "Set the model's Rig > Animation Type to Humanoid, or choose one of the character's own clips."
                   : "Choose one of the character's own clips, or a humanoid clip.");
        }

        static bool MovesAnything(AnimationClip clip, CharacterClone clone)
        {
            var target = clone.Animator != null ? clone.Animator.gameObject : clone.Root;
            return AnimationUtility.GetCurveBindings(clip).Any(binding => AnimationUtility.GetAnimatedObject(target, binding) != null);
        }
    }
}
