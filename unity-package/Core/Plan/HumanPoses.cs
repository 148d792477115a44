#nullable enable
using System.Collections.Generic;
using System.Linq;

namespace LoraBridge.Core.Plan
{
    /// <summary>
    /// Poses for humanoid characters without clips, as values of Unity's muscles. A straight knee or elbow is 1, a leg straight
    /// down 0.6, an arm stretched out sideways 0.4 up and 0.3 back.
    /// </summary>
    public static class HumanPoses
    {
        /// <summary>The names of all built-in poses.</summary>
        public static IReadOnlyList<string> Names => Table.Select(pose => pose.Name).ToList();

        /// <summary>A copy of the built-in pose of a name, or null.</summary>
        public static CapturePose? Find(string name)
        {
            var pose = Table.FirstOrDefault(candidate => candidate.Name == name);
            return pose == null ? null : new CapturePose { Name = pose.Name, Source = PoseSource.Muscles, Muscles = new Dictionary<string, float>(pose.Muscles) };
        }

        static readonly CapturePose[] Table =
        {
            Pose("stand"),
            Pose("walk",
                ("Left Upper Leg Front-Back", 0.1f), ("Left Lower Leg Stretch", 0.9f), ("Left Foot Up-Down", 0.2f),
                ("Right Upper Leg Front-Back", 0.95f), ("Right Lower Leg Stretch", 0.65f), ("Right Foot Up-Down", -0.3f),
                ("Left Arm Front-Back", 0.35f), ("Right Arm Front-Back", -0.25f),
                ("Left Forearm Stretch", 0.8f), ("Right Forearm Stretch", 0.6f),
                ("Spine Twist Left-Right", 0.08f)),
            Pose("wave",
                ("Right Shoulder Down-Up", 0.3f), ("Right Arm Down-Up", 0.55f), ("Right Arm Front-Back", 0.15f),
                ("Right Arm Twist In-Out", 0.85f), ("Right Forearm Stretch", 0.15f), ("Right Hand Down-Up", 0.1f),
                ("Head Tilt Left-Right", 0.15f)),
            Pose("cheer",
                ("Left Shoulder Down-Up", 0.6f), ("Left Arm Down-Up", 0.95f), ("Left Arm Front-Back", 0.3f), ("Left Forearm Stretch", 0.85f),
                ("Right Shoulder Down-Up", 0.6f), ("Right Arm Down-Up", 0.95f), ("Right Arm Front-Back", 0.3f), ("Right Forearm Stretch", 0.85f),
                ("Chest Front-Back", 0.15f), ("Head Nod Down-Up", 0.15f)),
            Pose("bow",
                ("Spine Front-Back", -0.6f), ("Chest Front-Back", -0.45f), ("UpperChest Front-Back", -0.2f),
                ("Neck Nod Down-Up", -0.2f), ("Head Nod Down-Up", -0.15f),
                ("Left Upper Leg Front-Back", 0.5f), ("Right Upper Leg Front-Back", 0.5f)),
            Pose("arms crossed",
                ("Left Arm Down-Up", -0.4f), ("Left Arm Front-Back", -0.15f), ("Left Arm Twist In-Out", -0.45f), ("Left Forearm Stretch", -0.2f),
                ("Right Arm Down-Up", -0.35f), ("Right Arm Front-Back", -0.2f), ("Right Arm Twist In-Out", -0.45f), ("Right Forearm Stretch", -0.25f)),
            Pose("hands on hips",
                ("Left Arm Down-Up", -0.15f), ("Left Arm Front-Back", 0.4f), ("Left Arm Twist In-Out", -0.75f), ("Left Forearm Stretch", 0.05f),
                ("Right Arm Down-Up", -0.15f), ("Right Arm Front-Back", 0.4f), ("Right Arm Twist In-Out", -0.75f), ("Right Forearm Stretch", 0.05f)),
            Pose("sit",
                ("Left Upper Leg Front-Back", -0.6f), ("Left Lower Leg Stretch", -0.05f),
                ("Right Upper Leg Front-Back", -0.6f), ("Right Lower Leg Stretch", -0.05f),
                ("Left Arm Front-Back", -0.05f), ("Right Arm Front-Back", -0.05f),
                ("Left Forearm Stretch", 0.5f), ("Right Forearm Stretch", 0.5f)),
            Pose("arms out",
                ("Left Arm Down-Up", 0.4f), ("Left Arm Front-Back", 0.3f), ("Left Forearm Stretch", 1),
                ("Right Arm Down-Up", 0.4f), ("Right Arm Front-Back", 0.3f), ("Right Forearm Stretch", 1)),
        };

        /// <summary>A pose as its differences from a relaxed stance.</summary>
        static CapturePose Pose(string name, params (string Muscle, float Value)[] differences)
        {
            var muscles = new Dictionary<string, float>();
            foreach (var side in new[] { "Left", "Right" })
            {
                muscles[side + " Upper Leg Front-Back"] = 0.6f;
                muscles[side + " Lower Leg Stretch"] = 1;
                muscles[side + " Arm Down-Up"] = -0.58f;
                muscles[side + " Arm Front-Back"] = 0.1f;
                muscles[side + " Forearm Stretch"] = 0.9f;
            }
            foreach (var (muscle, value) in differences) muscles[muscle] = value;
            return new CapturePose { Name = name, Source = PoseSource.Muscles, Muscles = muscles };
        }
    }
}
