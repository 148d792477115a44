#nullable enable
using System;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using UnityEditor;
using UnityEngine;
using Object = UnityEngine.Object;

namespace LoraBridge.Editor.Stage
{
    /// <summary>Poses the clone: from a clip, from muscles, or as it stands.</summary>
    sealed class Poser
    {
        readonly CharacterClone _clone;
        readonly ClipLibrary _clips;
        readonly PoseSnapshot _snapshot;
        readonly AnimationModeDriver _driver;

        public Poser(CharacterClone clone, ClipLibrary clips, CleanUp cleanUp)
        {
            _clone = clone;
            _clips = clips;
            _snapshot = new PoseSnapshot(clone.Root);
            // Our own driver, so that previews of the Animation window and Timeline are not ended.
            _driver = ScriptableObject.CreateInstance<AnimationModeDriver>();
            cleanUp.Add(() => Object.DestroyImmediate(_driver));
            _driver.hideFlags = HideFlags.HideAndDontSave;
            cleanUp.Add(StopSampling);
        }

        public void Apply(CapturePose pose)
        {
            StopSampling();
            _snapshot.Restore();
            switch (pose.Source)
            {
                case PoseSource.AsItStands:
                    break;
                case PoseSource.Clip:
                    Sample(_clips.Find(pose.Clip), pose.Time);
                    break;
                case PoseSource.Muscles:
                    SetMuscles(pose);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(pose), pose.Source, "Not a source of poses.");
            }
            // After sampling, because root motion has moved the root by then.
            _clone.StandAtOrigin();
        }

        void Sample(AnimationClip clip, float time)
        {
            ClipLibrary.CheckRig(clip, _clone);
            AnimationMode.StartAnimationMode(_driver);
            AnimationMode.BeginSampling();
            try
            {
                var target = _clone.Animator != null ? _clone.Animator.gameObject : _clone.Root;
                AnimationMode.SampleAnimationClip(target, clip, Mathf.Clamp(time, 0, clip.length));
            }
            finally
            {
                AnimationMode.EndSampling();
            }
        }

        void StopSampling()
        {
            if (AnimationMode.InAnimationMode(_driver)) AnimationMode.StopAnimationMode(_driver);
        }

        void SetMuscles(CapturePose pose)
        {
            var animator = _clone.HumanAnimator;
            if (animator == null)
                throw new CaptureException
                  ("input.pose.rig", $"The pose \"{pose.Name}\" is made of muscles, and \"{_clone.Source.name}\" is not humanoid.",
                   "Set the model's Rig > Animation Type to Humanoid, or choose poses from its own clips.");
            using (var handler = new HumanPoseHandler(animator.avatar, animator.transform))
            {
                var human = new HumanPose();
                // Keeps the body's height and direction; the pose sets only the muscles.
                handler.GetHumanPose(ref human);
                // The property allocates a new array each time.
                var names = HumanTrait.MuscleName;
                for (var i = 0; i < names.Length; i++) human.muscles[i] = pose.Muscles.TryGetValue(names[i], out var value) ? value : 0;
                handler.SetHumanPose(ref human);
            }
        }
    }
}
