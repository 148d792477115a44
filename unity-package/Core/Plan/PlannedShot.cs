#nullable enable
namespace LoraBridge.Core.Plan
{
    /// <summary>One shot of a plan.</summary>
    public sealed class PlannedShot
    {
        /// <summary>Position in the plan, from 0.</summary>
        public int Index { get; }

        /// <summary>Unique within the plan and the same on every expansion: <c>stand_full_yaw-40</c>.</summary>
        public string Name { get; }

        /// <summary>The pose.</summary>
        public CapturePose Pose { get; }

        /// <summary>The expression; its name is empty for the face as it is.</summary>
        public CaptureExpression Expression { get; }

        /// <summary>How much of the character is seen.</summary>
        public ShotFraming Framing { get; }

        /// <summary>The camera's angle.</summary>
        public CaptureAngle Angle { get; }

        internal PlannedShot(int index, string name, CapturePose pose, CaptureExpression expression, ShotFraming framing, CaptureAngle angle)
        {
            Index = index;
            Name = name;
            Pose = pose;
            Expression = expression;
            Framing = framing;
            Angle = angle;
        }
    }
}
