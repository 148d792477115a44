using System;
using System.Collections.Generic;
using System.Numerics;

namespace LoraBridge.TestStage
{
    /// <summary>
    /// Turns the humanoid muscles of Unity's <c>HumanTrait</c> into bone rotations, for skeletons whose bones have the world's axes in a
    /// T-pose, as VRM 0.x requires.
    /// </summary>
    /// <remarks>
    /// An approximation. The ranges are <c>HumanTrait.GetMuscleDefaultMin/Max</c>, and a T-pose has the values that Unity gives it
    /// (arm 0.4 up and 0.3 back, forearm and lower leg 1, upper leg 0.6). Unlike Unity, a twist is not shared with the bone further down,
    /// the hips stay where they are, and eyes, jaw and finger spread do not move.
    /// </remarks>
    public static class Muscles
    {
        // Angles are counted from the T-pose; the axis is that of the left side, in Unity's space.
        readonly struct Muscle
        {
            public readonly string Bone;
            public readonly Vector3 Axis;
            public readonly float Min, Max, InTPose;

            public Muscle(string bone, Vector3 axis, float min, float max, float inTPose)
            {
                Bone = bone;
                Axis = axis;
                Min = min;
                Max = max;
                InTPose = inTPose;
            }

            public Vector3 Turn(float value) => Axis * ((value < 0 ? value * -Min : value * Max) - InTPose);
        }

        static readonly Dictionary<string, Muscle> Table = Build();

        /// <summary>
        /// Local rotations by VRM bone name, for all bones that muscles move. A muscle that is not named is 0.
        /// </summary>
        /// <exception cref="ArgumentException">A name that is no muscle of a humanoid.</exception>
        public static Dictionary<string, Quaternion> Rotations(IReadOnlyDictionary<string, float> values)
        {
            foreach (string name in values.Keys)
                if (!Table.ContainsKey(name) && !IsStill(name)) throw new ArgumentException($"There is no muscle “{name}”.");
            var turns = new Dictionary<string, Vector3>();
            foreach (var pair in Table)
            {
                turns.TryGetValue(pair.Value.Bone, out Vector3 sum);
                values.TryGetValue(pair.Key, out float value);
                turns[pair.Value.Bone] = sum + pair.Value.Turn(value);
            }
            var rotations = new Dictionary<string, Quaternion>();
            foreach (var pair in turns) rotations[pair.Key] = OfDegrees(pair.Value);
            return rotations;
        }

        static Quaternion OfDegrees(Vector3 turn)
        {
            float degrees = turn.Length();
            return degrees < 1e-4f ? Quaternion.Identity
                : Quaternion.CreateFromAxisAngle(turn / degrees, degrees * (float)Math.PI / 180);
        }

        static bool IsStill(string name) => name.Contains(" Eye ") || name.StartsWith("Jaw ", StringComparison.Ordinal)
            || name.EndsWith(" Spread", StringComparison.Ordinal) || name.StartsWith("UpperChest ", StringComparison.Ordinal)
            || name.Contains(" Ring ");

        static Dictionary<string, Muscle> Build()
        {
            var table = new Dictionary<string, Muscle>();
            Vector3 x = Vector3.UnitX, y = Vector3.UnitY, z = Vector3.UnitZ;
            foreach (var bone in new[] { "Spine", "Chest" })
            {
                table[bone + " Front-Back"] = new Muscle(bone.ToLowerInvariant(), -x, -40, 40, 0);
                table[bone + " Left-Right"] = new Muscle(bone.ToLowerInvariant(), -z, -40, 40, 0);
                table[bone + " Twist Left-Right"] = new Muscle(bone.ToLowerInvariant(), y, -40, 40, 0);
            }
            foreach (var bone in new[] { "Neck", "Head" })
            {
                table[bone + " Nod Down-Up"] = new Muscle(bone.ToLowerInvariant(), -x, -40, 40, 0);
                table[bone + " Tilt Left-Right"] = new Muscle(bone.ToLowerInvariant(), -z, -40, 40, 0);
                table[bone + " Turn Left-Right"] = new Muscle(bone.ToLowerInvariant(), y, -40, 40, 0);
            }
            foreach (var side in new[] { "Left", "Right" })
            {
                float mirror = side == "Left" ? 1 : -1;
                void Add(string muscle, string bone, Vector3 axis, float min, float max, float inTPose = 0) =>
                    table[$"{side} {muscle}"] = new Muscle(side.ToLowerInvariant() + bone,
                        new Vector3(axis.X, axis.Y * mirror, axis.Z * mirror), min, max, inTPose);
                Add("Upper Leg Front-Back", "UpperLeg", x, -90, 50, 30);
                Add("Upper Leg In-Out", "UpperLeg", -z, -60, 60);
                Add("Upper Leg Twist In-Out", "UpperLeg", -y, -60, 60);
                Add("Lower Leg Stretch", "LowerLeg", -x, -80, 80, 80);
                Add("Lower Leg Twist In-Out", "LowerLeg", -y, -90, 90);
                Add("Foot Up-Down", "Foot", x, -50, 50);
                Add("Foot Twist In-Out", "Foot", -y, -30, 30);
                Add("Toes Up-Down", "Toes", x, -50, 50);
                Add("Shoulder Down-Up", "Shoulder", -z, -15, 30);
                Add("Shoulder Front-Back", "Shoulder", -y, -15, 15);
                Add("Arm Down-Up", "UpperArm", -z, -60, 100, 40);
                Add("Arm Front-Back", "UpperArm", -y, -100, 100, 30);
                Add("Arm Twist In-Out", "UpperArm", -x, -90, 90);
                Add("Forearm Stretch", "LowerArm", -y, -80, 80, 80);
                Add("Forearm Twist In-Out", "LowerArm", -x, -90, 90);
                Add("Hand Down-Up", "Hand", -z, -80, 80);
                Add("Hand In-Out", "Hand", -y, -40, 40);
                foreach (var finger in new[] { "Index", "Middle", "Little" })
                {
                    Add(finger + " 1 Stretched", finger + "Proximal", -z, -50, 50, 32);
                    Add(finger + " 2 Stretched", finger + "Intermediate", -z, -45, 45, 36);
                    Add(finger + " 3 Stretched", finger + "Distal", -z, -45, 45, 36);
                }
                Add("Thumb 1 Stretched", "ThumbProximal", y, -20, 20, -8);
                Add("Thumb 2 Stretched", "ThumbIntermediate", y, -40, 35, 20);
                Add("Thumb 3 Stretched", "ThumbDistal", y, -40, 35, 20);
            }
            return table;
        }
    }
}
