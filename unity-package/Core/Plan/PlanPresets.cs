#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Capture;

namespace LoraBridge.Core.Plan
{
    /// <summary>Preset plans.</summary>
    public static class PlanPresets
    {
        /// <summary>Yaw of the left-front and right-front angles, in degrees.</summary>
        const float Oblique = 40;

        /// <summary>Pitch of the views from above and below, in degrees.</summary>
        const float Elevation = 25;

        const int Poses = 5;

        /// <summary>Five poses from the front, left-front and right-front: 15 shots if the character has five poses.</summary>
        public static CapturePlan Default(StageCharacter character) => Of(FivePoses(character), new[] { ShotFraming.Full }, Front());

        /// <summary>One pose from eight sides, level, from above and from below: 24 shots.</summary>
        public static CapturePlan Around(StageCharacter character) => Of(FivePoses(character).Take(1), new[] { ShotFraming.Full }, AroundAngles());

        /// <summary>One pose from <paramref name="count"/> sides, evenly around. Throws where count is below 1.</summary>
        public static CapturePlan Turntable(StageCharacter character, int count)
        {
            if (count < 1) throw new ArgumentOutOfRangeException(nameof(count));
            return Of(FivePoses(character).Take(1), new[] { ShotFraming.Full }, Turn(count, 0));
        }

        /// <summary>The face with its <see cref="ExpressionChoice"/>, from the front and obliquely, level and from a little above.</summary>
        public static CapturePlan Faces(StageCharacter character)
        {
            var plan = Of(FivePoses(character).Take(1), new[] { ShotFraming.Face }, Front().Concat(Front(15)));
            plan.Expressions.AddRange(Expressions(character));
            return plan;
        }

        /// <summary>Five poses with its <see cref="ExpressionChoice"/> in every framing that the character has, from 24 sides.</summary>
        public static CapturePlan Everything(StageCharacter character)
        {
            var framings = character.HasHead ? new[] { ShotFraming.Full, ShotFraming.Upper, ShotFraming.Face } : new[] { ShotFraming.Full, ShotFraming.Upper };
            var plan = Of(FivePoses(character), framings, AroundAngles());
            plan.Expressions.AddRange(Expressions(character));
            return plan;
        }

        static CapturePlan Of(IEnumerable<CapturePose> poses, IEnumerable<ShotFraming> framings, IEnumerable<CaptureAngle> angles) =>
            new CapturePlan { Poses = poses.ToList(), Framings = framings.ToList(), Angles = angles.ToList() };

        /// <summary>
        /// The middle of the first five clips; for a humanoid with fewer, built-in poses for the rest; the character as it stands if
        /// there is neither.
        /// </summary>
        static IEnumerable<CapturePose> FivePoses(StageCharacter character)
        {
            var poses = character.Clips
                .Select(clip => new CapturePose { Name = clip.Name, Source = PoseSource.Clip, Clip = clip.Name, Time = clip.Length / 2 }).Take(Poses).ToList();
            if (character.IsHumanoid)
                poses.AddRange(HumanPoses.Names.Where(name => poses.All(pose => !string.Equals(pose.Name, name, StringComparison.OrdinalIgnoreCase)))
                    .Take(Poses - poses.Count).Select(name => HumanPoses.Find(name)!));
            if (poses.Count == 0) poses.Add(new CapturePose { Name = "stand" });
            return poses;
        }

        static IEnumerable<CaptureExpression> Expressions(StageCharacter character) =>
            new[] { new CaptureExpression() }.Concat(ExpressionChoice.Of(character).Select(key => new CaptureExpression { Name = key, Key = key }));

        static IEnumerable<CaptureAngle> Front(float pitch = 0) =>
            new[] { new CaptureAngle(0, pitch), new CaptureAngle(Oblique, pitch), new CaptureAngle(-Oblique, pitch) };

        static IEnumerable<CaptureAngle> AroundAngles() => new[] { 0, Elevation, -Elevation }.SelectMany(pitch => Turn(8, pitch));

        static IEnumerable<CaptureAngle> Turn(int count, float pitch) =>
            Enumerable.Range(0, count).Select(index => new CaptureAngle(index * 360f / count, pitch));
    }
}
