#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Capture;

namespace LoraBridge.Core.Plan
{
    /// <summary>Checks whether a plan can be executed.</summary>
    public static class PlanValidation
    {
        /// <summary>Most shots of one plan. A LoRA needs dozens; more is almost certainly a mistake.</summary>
        public const int MaxShots = 10_000;

        /// <summary>Smallest edge of a final image in pixels.</summary>
        public const int MinEdge = 64;

        /// <summary>Largest edge of a final image in pixels.</summary>
        public const int MaxEdge = 4096;

        /// <summary>Largest rendered edge in pixels: the limit of the weakest GPUs that Unity supports.</summary>
        public const int MaxRenderedEdge = 8192;

        /// <summary>Most characters in the name of a pose or expression: the protocol's limit.</summary>
        public const int MaxNameLength = 100;

        /// <summary>
        /// All problems of a plan; empty if it is valid. Codes: <c>input.plan.empty</c>, <c>.too-large</c>,
        /// <c>.size</c>, <c>.supersampling</c>, <c>.margin</c>, <c>.field-of-view</c>, <c>.angle</c>, <c>.name</c>,
        /// <c>.duplicate</c>, <c>.muscle</c>, <c>.time</c>, <c>.weight</c>.
        /// </summary>
        public static IReadOnlyList<PlanProblem> Problems(CapturePlan plan)
        {
            var problems = new List<PlanProblem>();
            void Report(string code, string message, string hint) => problems.Add(new PlanProblem("input.plan." + code, message, hint));

            CheckPicture(plan, Report);
            foreach (var pose in plan.Poses) CheckPose(pose, Report);
            foreach (var expression in plan.Expressions) CheckExpression(expression, Report);
            foreach (var angle in plan.Angles)
                if (!Within(angle.Yaw, -360, 360) || !Within(angle.Pitch, -90, 90))
                    Report("angle", $"The angle {angle.Name} is out of range.", "Yaw goes from -360 to 360 degrees, pitch from -90 to 90.");

            // Counted without expanding the plan, which could build far too many shots.
            var count = (double)plan.Poses.Count * System.Math.Max(1, plan.Expressions.Count) * plan.Framings.Count * plan.Angles.Count;
            if (count == 0)
                Report("empty", "The plan makes no shots.", "Add at least one pose, one framing and one angle.");
            else if (count > MaxShots)
                Report("too-large", $"The plan makes {count:0} shots.", $"Remove poses, expressions, framings or angles until at most {MaxShots} shots are left.");
            else
                foreach (var twice in PlanExpansion.Expand(plan).GroupBy(shot => shot.Name).Where(group => group.Count() > 1))
                    Report("duplicate", $"The plan has more than one shot named {twice.Key}.",
                        "Give every pose and expression a name of its own, and list every framing and angle once.");
            return problems;
        }

        /// <summary>
        /// What a plan requires that a character does not have. Codes: <c>input.plan.not-humanoid</c>, <c>.no-head</c>,
        /// <c>.clip</c>, <c>.time</c>, <c>.expression</c>.
        /// </summary>
        public static IReadOnlyList<PlanProblem> Problems(CapturePlan plan, StageCharacter character)
        {
            var problems = new List<PlanProblem>();
            void Report(string code, string message, string hint) => problems.Add(new PlanProblem("input.plan." + code, message, hint));

            var name = character.Name;
            if (!character.IsHumanoid && plan.Poses.FirstOrDefault(pose => pose.Source == PoseSource.Muscles) is CapturePose muscles)
                Report("not-humanoid", $"{name} has no humanoid avatar, so it cannot take the built-in pose {muscles.Name}.",
                    "Set the rig of its model to Humanoid, or choose clips or the pose it stands in.");
            if (!character.HasHead && plan.Framings.Contains(ShotFraming.Face))
                Report("no-head", $"The head of {name} was not found, so its face cannot be framed.",
                    "Remove the face framing from the plan, or map the head bone in the model's avatar.");
            foreach (var pose in plan.Poses.Where(pose => pose.Source == PoseSource.Clip))
            {
                var clip = character.Clips.FirstOrDefault(candidate => candidate.Name == pose.Clip);
                if (clip == null)
                    Report("clip", $"{name} has no clip {pose.Clip} for the pose {pose.Name}.", "Choose one of its clips.");
                else if (pose.Time > clip.Length)
                    Report("time", $"The pose {pose.Name} is at {pose.Time:0.##} s, but {clip.Name} lasts {clip.Length:0.##} s.", "Choose an earlier time.");
            }
            foreach (var expression in plan.Expressions.Where(expression => expression.Key.Length > 0 && !character.Expressions.Contains(expression.Key)))
                Report("expression", $"{name} has no expression {expression.Key}.", "Choose one of its blend shapes or VRM expressions.");
            return problems;
        }

        delegate void Reporter(string code, string message, string hint);

        static void CheckPicture(CapturePlan plan, Reporter report)
        {
            if (!Within(plan.Supersampling, 1, 4))
                report("supersampling", $"Supersampling of {plan.Supersampling} is not possible.", "Choose 1 to 4.");
            else if (System.Math.Max(plan.Width, plan.Height) is var edge && edge <= MaxEdge && edge * plan.Supersampling > MaxRenderedEdge)
                report("size", $"An edge of {edge} pixels with supersampling {plan.Supersampling} needs {edge * plan.Supersampling} rendered pixels.",
                    $"Keep their product at {MaxRenderedEdge} or below.");
            if (!Within(plan.Width, MinEdge, MaxEdge) || !Within(plan.Height, MinEdge, MaxEdge))
                report("size", $"An image of {plan.Width} × {plan.Height} pixels is not possible.", $"Each edge may have {MinEdge} to {MaxEdge} pixels.");
            if (!Within(plan.Margin, 0, 0.4f))
                report("margin", $"A margin of {plan.Margin} leaves no room.", "Choose 0 to 0.4 of the shorter edge.");
            if (!Within(plan.FieldOfView, 1, 120))
                report("field-of-view", $"A field of view of {plan.FieldOfView}° is not possible.", "Choose 1° to 120°; 20° is a portrait lens.");
        }

        static void CheckPose(CapturePose pose, Reporter report)
        {
            CheckName("pose", pose.Name, report);
            if (pose.Source == PoseSource.Clip && !Within(pose.Time, 0, float.MaxValue))
                report("time", $"The pose {pose.Name} has the invalid time {pose.Time} s.", "Choose 0 or later.");
            if (pose.Source != PoseSource.Muscles) return;
            foreach (var muscle in pose.Muscles)
                if (HumanMuscles.Find(muscle.Key) == null)
                    report("muscle", $"The pose {pose.Name} sets {muscle.Key}, which is not a muscle.", "Use the names of Unity's HumanTrait.MuscleName.");
                else if (!Within(muscle.Value, -1, 1))
                    report("muscle", $"The pose {pose.Name} sets {muscle.Key} to {muscle.Value}.", "Muscles go from -1 to 1.");
        }

        static void CheckExpression(CaptureExpression expression, Reporter report)
        {
            if (expression.Key.Length > 0) CheckName("expression", expression.Name, report);
            if (!Within(expression.Weight, 0, 1))
                report("weight", $"The expression {expression.Name} has the weight {expression.Weight}.", "Choose 0 to 1.");
        }

        static void CheckName(string what, string name, Reporter report)
        {
            if (name.Trim().Length == 0)
                report("name", $"A {what} has no name.", "Enter a name as it should read in a caption.");
            else if (name.Length > MaxNameLength)
                report("name", $"The name of the {what} {name.Substring(0, 20)}… is too long.", $"Keep it at {MaxNameLength} characters or below.");
        }

        // False for NaN, too.
        static bool Within(float value, float min, float max) => value >= min && value <= max;
    }
}
