using System.Collections.Generic;
using System.Linq;
using DeclaredUnity;

namespace UnityEngine
{
    public class Animator : Behaviour
    {
        internal Dictionary<HumanBodyBones, Transform> Bones = new Dictionary<HumanBodyBones, Transform>();
        internal List<AnimationClip> Clips = new List<AnimationClip>();

        public Avatar avatar { get; set; }
        internal bool IsOptimized;

        public bool hasTransformHierarchy => !IsOptimized;
        public bool isHuman => avatar != null && Bones.Count > 0;

        public Transform GetBoneTransform(HumanBodyBones humanBoneId)
        {
            Calls.Note("Animator.GetBoneTransform");
            return Bones.TryGetValue(humanBoneId, out var bone) ? bone : null;
        }

        internal override void Redirect(IReadOnlyDictionary<Transform, Transform> twins)
          => Bones = Bones.ToDictionary(pair => pair.Key, pair => twins[pair.Value]);
    }

    public class AnimatorUtility
    {
        public static void DeoptimizeTransformHierarchy(GameObject go)
        {
            Calls.Note("AnimatorUtility.DeoptimizeTransformHierarchy");
            go.GetComponent<Animator>().IsOptimized = false;
        }
    }

    public class Avatar : Object
    {
        internal Avatar() {}
    }

    public enum HumanBodyBones
    {
        Hips = 0,
        Head = 10,
        LeftHand = 17,
        RightHand = 18,
    }

    public class Motion : Object
    {
        protected Motion() {}

        public bool isHumanMotion { get; internal set; }
    }

    public sealed class AnimationClip : Motion
    {
        internal List<string> Paths = new List<string>();

        public float length { get; internal set; } = 1;
    }
}
