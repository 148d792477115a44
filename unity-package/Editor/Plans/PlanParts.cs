#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Stage;
using UnityEngine;

namespace LoraBridge.Editor.Plans
{
    /// <summary>A pose in a plan asset.</summary>
    [Serializable]
    sealed class PlanPose
    {
        [Tooltip("How it should read in a caption.")]
        public string Name = "stand";
        public PoseSource Source;
        [Tooltip("For poses from a clip.")]
        public AnimationClip? Clip;
        [Tooltip("For poses from one of the character's own clips: its name, if no clip is set above.")]
        public string ClipName = "";
        [Tooltip("Seconds from the clip's beginning.")]
        public float Time;
        [Tooltip("For poses of muscles: the built-in pose to start from, or empty.")]
        public string BuiltIn = "";
        [Tooltip("Muscles that differ from the built-in pose.")]
        public List<PlanMuscle> Muscles = new List<PlanMuscle>();

        public CapturePose ToPose()
        {
            var pose = Source == PoseSource.Muscles && HumanPoses.Find(BuiltIn) is CapturePose builtIn ? builtIn : new CapturePose();
            pose.Name = Name;
            pose.Source = Source;
            pose.Clip = Clip != null ? ClipLibrary.KeyOf(Clip) : ClipName;
            pose.Time = Time;
            foreach (var muscle in Muscles) pose.Muscles[muscle.Name] = muscle.Value;
            return pose;
        }

        public static PlanPose Of(CapturePose pose, IReadOnlyList<AnimationClip> clips) => new PlanPose
        {
            Name = pose.Name,
            Source = pose.Source,
            Clip = clips.FirstOrDefault(clip => clip.name == pose.Clip || ClipLibrary.KeyOf(clip) == pose.Clip),
            ClipName = pose.Clip,
            Time = pose.Time,
            Muscles = pose.Muscles.Select(muscle => new PlanMuscle { Name = muscle.Key, Value = muscle.Value }).ToList(),
        };
    }

    /// <summary>A muscle's value, by the name that <c>HumanTrait.MuscleName</c> gives it.</summary>
    [Serializable]
    sealed class PlanMuscle
    {
        public string Name = "";
        [Range(-1, 1)] public float Value;
    }

    /// <summary>An angle in a plan asset, in degrees.</summary>
    [Serializable]
    sealed class PlanAngle
    {
        [Range(-180, 180)] public float Yaw;
        [Range(-90, 90)] public float Pitch;
    }

    /// <summary>An expression in a plan asset.</summary>
    [Serializable]
    sealed class PlanExpression
    {
        [Tooltip("How it should read in a caption.")]
        public string Name = "";
        [Tooltip("Blend shape or VRM preset.")]
        public string Key = "";
        [Range(0, 1)] public float Weight = 1;

        public CaptureExpression ToExpression() => new CaptureExpression { Name = Name, Key = Key, Weight = Weight };

        public static PlanExpression Of(CaptureExpression expression)
          => new PlanExpression { Name = expression.Name, Key = expression.Key, Weight = expression.Weight };
    }
}
