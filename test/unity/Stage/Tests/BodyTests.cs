using System;
using System.Collections.Generic;
using System.Numerics;
using NUnit.Framework;

namespace LoraBridge.TestStage.Tests
{
    public class BodyTests
    {
        // What Unity's muscles are in a T-pose.
        static readonly Dictionary<string, float> TPose = new Dictionary<string, float>
        {
            ["Left Arm Down-Up"] = 0.4f, ["Left Arm Front-Back"] = 0.3f, ["Left Forearm Stretch"] = 1,
            ["Right Arm Down-Up"] = 0.4f, ["Right Arm Front-Back"] = 0.3f, ["Right Forearm Stretch"] = 1,
            ["Left Upper Leg Front-Back"] = 0.6f, ["Left Lower Leg Stretch"] = 1,
            ["Right Upper Leg Front-Back"] = 0.6f, ["Right Lower Leg Stretch"] = 1,
        };

        [Test]
        public void ATPoseTurnsNoLimb()
        {
            foreach (var pair in Muscles.Rotations(TPose))
                if (pair.Key.EndsWith("Arm") || pair.Key.EndsWith("Leg") || pair.Key == "spine" || pair.Key == "head")
                    Assert.That(Math.Abs(pair.Value.W), Is.EqualTo(1).Within(1e-5), pair.Key);
        }

        [TestCase("Left Arm Down-Up", -0.5f, "leftHand", 0, -1, 0)]
        [TestCase("Left Arm Down-Up", 1, "leftHand", 0, 1, 0)]
        [TestCase("Right Arm Down-Up", 1, "rightHand", 0, 1, 0)]
        [TestCase("Left Arm Front-Back", -0.5f, "leftHand", 0, 0, 1)]
        [TestCase("Right Arm Front-Back", -0.5f, "rightHand", 0, 0, 1)]
        [TestCase("Left Forearm Stretch", 0, "leftHand", 0, 0, 1)]
        [TestCase("Right Forearm Stretch", 0, "rightHand", 0, 0, 1)]
        [TestCase("Left Upper Leg Front-Back", -1, "leftFoot", 0, 0, 1)]
        [TestCase("Right Upper Leg Front-Back", 1, "rightFoot", 0, 0, -1)]
        [TestCase("Left Upper Leg In-Out", 1, "leftFoot", -1, 0, 0)]
        [TestCase("Right Upper Leg In-Out", 1, "rightFoot", 1, 0, 0)]
        [TestCase("Left Lower Leg Stretch", 0, "leftFoot", 0, 0, -1)]
        [TestCase("Spine Front-Back", -1, "head", 0, 0, 1)]
        [TestCase("Spine Left-Right", 1, "head", 1, 0, 0)]
        [TestCase("Chest Twist Left-Right", 1, "leftHand", 0, 0, 1)]
        public void AMuscleMovesItsBoneWhereItsNameSays(string muscle, float value, string bone, float x, float y, float z)
        {
            var character = Vrm.Read("test/characters/godette.vrm");
            Vector3 At(float v)
            {
                var body = new Body(character);
                body.Turn(Muscles.Rotations(new Dictionary<string, float>(TPose) { [muscle] = v }));
                return body.Matrices()[character.Bones[bone]].Translation;
            }
            TPose.TryGetValue(muscle, out float rest);
            Assert.That(Vector3.Dot(At(value) - At(rest), new Vector3(x, y, z)), Is.GreaterThan(0.05f));
        }

        [Test]
        public void RefusesWhatIsNoMuscle() =>
            Assert.That(() => Muscles.Rotations(new Dictionary<string, float> { ["Left Tail Up-Down"] = 1 }), Throws.ArgumentException);

        [Test]
        public void BlendsTheMatricesOfItsJoints()
        {
            // A bone at the origin and one at x = 1; the vertex at x = 2 hangs on both.
            var character = new Character
            {
                Nodes =
                {
                    new Node { Name = "root" },
                    new Node { Name = "tip", Parent = 0, Position = Vector3.UnitX },
                },
                Bones = { ["tip"] = 1 },
                Meshes =
                {
                    new Mesh
                    {
                        Positions = new[] { new Vector3(2, 0, 0) }, Normals = new[] { Vector3.UnitY }, Uvs = new Vector2[1],
                        Joints = new[] { 0, 1, 0, 0 }, Weights = new[] { 0.5f, 0.5f, 0, 0 },
                        BindPoses = new[] { Matrix4x4.Identity, Matrix4x4.CreateTranslation(-1, 0, 0) },
                    },
                },
                Scale = 10,
            };
            var body = new Body(character);
            body.Turn(new Dictionary<string, Quaternion> { ["tip"] = Quaternion.CreateFromAxisAngle(Vector3.UnitZ, (float)Math.PI / 2) });
            // Half of (2, 0) and half of (1, 1), in a root of scale 10.
            var posed = body.Skin()[0];
            Assert.That((posed.Positions[0] - new Vector3(15, 5, 0)).Length(), Is.LessThan(1e-4f));
            Assert.That(posed.Normals[0].Length(), Is.EqualTo(1).Within(1e-5));
        }
    }
}
