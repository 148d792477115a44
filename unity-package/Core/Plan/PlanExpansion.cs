#nullable enable
using System.Collections.Generic;
using System.Text;

namespace LoraBridge.Core.Plan
{
    /// <summary>A plan as the list of its shots.</summary>
    public static class PlanExpansion
    {
        /// <summary>MaxLength pose or expression within the name of a shot; the protocol allows 200 characters in all.</summary>
        const int MaxPartLength = 80;

        static readonly CaptureExpression AsItIs = new CaptureExpression();

        /// <summary>How many shots <see cref="Expand"/> gives.</summary>
        public static int Count(CapturePlan plan) => checked(
            plan.Poses.Count * System.Math.Max(1, plan.Expressions.Count) * plan.Framings.Count * plan.Angles.Count);

        /// <summary>
        /// All shots, always in the same order and with the same names: by pose, then expression, framing and angle, so that the
        /// character is posed as rarely as possible.
        /// </summary>
        public static IReadOnlyList<PlannedShot> Expand(CapturePlan plan)
        {
            var shots = new List<PlannedShot>(Count(plan));
            var expressions = plan.Expressions.Count > 0 ? plan.Expressions : new List<CaptureExpression> { AsItIs };
            foreach (var pose in plan.Poses)
                foreach (var expression in expressions)
                    foreach (var framing in plan.Framings)
                        foreach (var angle in plan.Angles)
                            shots.Add(new PlannedShot(shots.Count, Name(pose, expression, framing, angle), pose, expression, framing, angle));
            return shots;
        }

        static string Name(CapturePose pose, CaptureExpression expression, ShotFraming framing, CaptureAngle angle)
        {
            var name = $"{FilePart(pose.Name)}_{framing.ToString().ToLowerInvariant()}_{angle.Name}";
            return expression.Name.Length > 0 ? name + "_" + FilePart(expression.Name) : name;
        }

        /// <summary>Makes a text safe for file names on every system: the daemon and batch mode store shots as files.</summary>
        static string FilePart(string text)
        {
            var part = new StringBuilder();
            foreach (var letter in text.Trim())
            {
                if (part.Length == MaxPartLength) break;
                part.Append(char.IsControl(letter) || char.IsWhiteSpace(letter) || "/\\:*?\"<>|.".IndexOf(letter) >= 0 ? '-' : letter);
            }
            // A lone surrogate is not valid text.
            if (part.Length > 0 && char.IsHighSurrogate(part[part.Length - 1])) part.Length--;
            return part.ToString();
        }
    }
}
