using System.Collections.Generic;
using DeclaredUnity;
using UnityEngine;

namespace UnityEditor
{
    public class AnimationModeDriver : ScriptableObject
    {
    }

    public class AnimationMode
    {
        internal static readonly HashSet<AnimationModeDriver> Drivers = new HashSet<AnimationModeDriver>();
        internal static bool IsSampling;

        public static bool InAnimationMode(AnimationModeDriver driver) => Drivers.Contains(driver);

        public static void StartAnimationMode(AnimationModeDriver driver)
        {
            Calls.Note("AnimationMode.StartAnimationMode");
            Drivers.Add(driver);
        }

        public static void StopAnimationMode(AnimationModeDriver driver)
        {
            Drivers.Remove(driver);
            Calls.Note("AnimationMode.StopAnimationMode");
        }

        public static void BeginSampling()
        {
            Calls.Note("AnimationMode.BeginSampling");
            IsSampling = true;
        }

        public static void EndSampling()
        {
            IsSampling = false;
            Calls.Note("AnimationMode.EndSampling");
        }

        public static void SampleAnimationClip(GameObject gameObject, AnimationClip clip, float time)
        {
            Calls.Note("AnimationMode.SampleAnimationClip");
            // Root motion: the clip carries the character away.
            gameObject.transform.SetPositionAndRotation(new Vector3(5, 0, 5), Quaternion.Euler(0, 90, 0));
        }
    }
}
