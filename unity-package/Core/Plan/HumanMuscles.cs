#nullable enable
using System.Collections.Generic;

namespace LoraBridge.Core.Plan
{
    /// <summary>A muscle of Unity's humanoid avatar.</summary>
    public sealed class HumanMuscle
    {
        /// <summary>Position in <c>HumanPose.muscles</c>.</summary>
        public int Index { get; }

        /// <summary>Its name in <c>HumanTrait.MuscleName</c>.</summary>
        public string Name { get; }

        /// <summary>Degrees at the value −1, <c>HumanTrait.GetMuscleDefaultMin</c>.</summary>
        public float Min { get; }

        /// <summary>Degrees at the value 1, <c>HumanTrait.GetMuscleDefaultMax</c>.</summary>
        public float Max { get; }

        internal HumanMuscle(int index, string name, float min, float max)
        {
            Index = index;
            Name = name;
            Min = min;
            Max = max;
        }

        /// <summary>The rotation in degrees from the neutral position for a value of −1 to 1.</summary>
        public float Degrees(float value) => value < 0 ? -value * Min : value * Max;
    }

    /// <summary>
    /// The 95 muscles of Unity's humanoid avatar, in Unity's order. Neutral (all 0) is not the T-pose but a crouch: legs 30° forward
    /// with knees bent by 80°, arms 40° down and 30° forward with elbows bent by 80°.
    /// </summary>
    public static class HumanMuscles
    {
        static readonly Dictionary<string, HumanMuscle> ByName = new Dictionary<string, HumanMuscle>();
        static readonly List<HumanMuscle> List = Make();

        /// <summary>All of them, in the order of <c>HumanPose.muscles</c>.</summary>
        public static IReadOnlyList<HumanMuscle> All => List;

        /// <summary>The muscle of a name, or null.</summary>
        public static HumanMuscle? Find(string name) => ByName.TryGetValue(name, out var muscle) ? muscle : null;

        static List<HumanMuscle> Make()
        {
            var muscles = new List<HumanMuscle>(95);
            void Add(string name, float min, float max)
            {
                var muscle = new HumanMuscle(muscles.Count, name, min, max);
                muscles.Add(muscle);
                ByName.Add(name, muscle);
            }
            void Both(string name, float range) => Add(name, -range, range);

            foreach (var (part, range) in new[] { ("Spine", 40f), ("Chest", 40f), ("UpperChest", 20f) })
            {
                Both(part + " Front-Back", range);
                Both(part + " Left-Right", range);
                Both(part + " Twist Left-Right", range);
            }
            foreach (var part in new[] { "Neck", "Head" })
            {
                Both(part + " Nod Down-Up", 40);
                Both(part + " Tilt Left-Right", 40);
                Both(part + " Turn Left-Right", 40);
            }
            foreach (var side in Sides)
            {
                Add(side + " Eye Down-Up", -10, 15);
                Both(side + " Eye In-Out", 20);
            }
            Both("Jaw Close", 10);
            Both("Jaw Left-Right", 10);
            foreach (var side in Sides)
            {
                Add(side + " Upper Leg Front-Back", -90, 50);
                Both(side + " Upper Leg In-Out", 60);
                Both(side + " Upper Leg Twist In-Out", 60);
                Both(side + " Lower Leg Stretch", 80);
                Both(side + " Lower Leg Twist In-Out", 90);
                Both(side + " Foot Up-Down", 50);
                Both(side + " Foot Twist In-Out", 30);
                Both(side + " Toes Up-Down", 50);
            }
            foreach (var side in Sides)
            {
                Add(side + " Shoulder Down-Up", -15, 30);
                Both(side + " Shoulder Front-Back", 15);
                Add(side + " Arm Down-Up", -60, 100);
                Both(side + " Arm Front-Back", 100);
                Both(side + " Arm Twist In-Out", 90);
                Both(side + " Forearm Stretch", 80);
                Both(side + " Forearm Twist In-Out", 90);
                Both(side + " Hand Down-Up", 80);
                Both(side + " Hand In-Out", 40);
            }
            foreach (var side in Sides)
            {
                Both(side + " Thumb 1 Stretched", 20);
                Both(side + " Thumb Spread", 25);
                Add(side + " Thumb 2 Stretched", -40, 35);
                Add(side + " Thumb 3 Stretched", -40, 35);
                foreach (var (finger, spread) in new[] { ("Index", 20f), ("Middle", 7.5f), ("Ring", 7.5f), ("Little", 20f) })
                {
                    Both($"{side} {finger} 1 Stretched", 50);
                    Both($"{side} {finger} Spread", spread);
                    Both($"{side} {finger} 2 Stretched", 45);
                    Both($"{side} {finger} 3 Stretched", 45);
                }
            }
            return muscles;
        }

        static string[] Sides => new[] { "Left", "Right" };
    }
}
