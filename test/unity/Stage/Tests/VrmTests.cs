using System.IO;
using System.Linq;
using System.Numerics;
using NUnit.Framework;

namespace LoraBridge.TestStage.Tests
{
    public class VrmTests
    {
        readonly Character _godette = Vrm.Read("test/characters/godette.vrm");

        [Test]
        public void FindsBonesMeshesAndExpressions()
        {
            Assert.That(_godette.Nodes, Has.Count.EqualTo(71));
            Assert.That(_godette.Bones, Has.Count.EqualTo(45));
            Assert.That(_godette.Nodes[_godette.Bones["head"]].Name, Is.EqualTo("head_Armature"));
            Assert.That(_godette.Meshes.Select(mesh => mesh.Parts.Sum(part => part.Triangles.Length)), Is.EqualTo(new[] { 2226, 6981 + 6 + 1104 }));
            Assert.That(_godette.Expressions.Keys, Is.SupersetOf(new[] { "joy", "angry", "blink" }));
            Assert.That(_godette.Meshes[1].Parts.Select(part => part.Material.Coverage), Is.EqualTo(new[] { Coverage.Opaque, Coverage.Blend, Coverage.Opaque }));
        }

        [Test]
        public void StandsInUnitysSpace()
        {
            var matrices = new Body(_godette).Matrices();
            Assert.That(matrices[_godette.Bones["leftHand"]].M41, Is.LessThan(-0.3f), "the left hand is at −x");
            Assert.That(matrices[_godette.Bones["leftToes"]].M43, Is.GreaterThan(matrices[_godette.Bones["leftFoot"]].M43 + 0.05f), "toes point to +z");
        }

        [Test]
        public void SkinningTheBindPoseMovesNothing()
        {
            foreach (var posed in new Body(_godette).Skin())
                for (int i = 0; i < posed.Positions.Length; i++)
                    Assert.That((posed.Positions[i] - posed.Mesh.Positions[i]).Length(), Is.LessThan(1e-4f));
        }

        [Test]
        public void TrianglesAreClockwiseFromOutside()
        {
            var mesh = _godette.Meshes[0];
            int[] t = mesh.Parts[0].Triangles;
            int agree = 0;
            for (int i = 0; i < t.Length; i += 3)
            {
                var face = Vector3.Cross(mesh.Positions[t[i + 1]] - mesh.Positions[t[i]], mesh.Positions[t[i + 2]] - mesh.Positions[t[i]]);
                if (Vector3.Dot(face, mesh.Normals[t[i]] + mesh.Normals[t[i + 1]] + mesh.Normals[t[i + 2]]) > 0) agree++;
            }
            Assert.That(agree, Is.GreaterThan(t.Length / 3 * 0.95));
        }

        [Test]
        public void AnExpressionMovesTheFaceOnly()
        {
            var body = new Body(_godette);
            var before = body.Skin();
            body.SetExpression(_godette.Expressions["a"], 1);
            var after = body.Skin();
            Assert.That(after[0].Positions, Is.Not.EqualTo(before[0].Positions));
            Assert.That(after[1].Positions, Is.EqualTo(before[1].Positions));
        }

        [Test]
        public void RefusesOtherFiles()
        {
            Assert.That(() => new Glb(new byte[100]), Throws.InstanceOf<InvalidDataException>());
        }
    }
}
