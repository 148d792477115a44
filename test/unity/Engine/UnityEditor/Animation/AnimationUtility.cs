using System.Linq;
using DeclaredUnity;
using UnityEngine;

namespace UnityEditor
{
    public struct EditorCurveBinding
    {
        public string path;
    }

    public class AnimationUtility
    {
        public static AnimationClip[] GetAnimationClips(GameObject gameObject)
        {
            Calls.Note("AnimationUtility.GetAnimationClips");
            return gameObject.GetComponent<Animator>().Clips.ToArray();
        }

        public static EditorCurveBinding[] GetCurveBindings(AnimationClip clip)
        {
            Calls.Note("AnimationUtility.GetCurveBindings");
            return clip.Paths.Select(path => new EditorCurveBinding { path = path }).ToArray();
        }

        public static Object GetAnimatedObject(GameObject root, EditorCurveBinding binding)
        {
            Calls.Note("AnimationUtility.GetAnimatedObject");
            return root.transform.Find(binding.path);
        }
    }
}
