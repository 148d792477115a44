using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using DeclaredUnity;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Stage;
using NUnit.Framework;
using UnityEditor;
using UnityEngine;
using UnityEngine.Rendering;

namespace LoraBridge.DeclaredUnity.Tests
{
    /// <summary>The Unity stage against the declared engine: order of calls, what it leaves behind, what it measures.</summary>
    sealed class StageTests : StageTestFixture
    {
        static readonly CapturePlan Plan = SmallPlan();

        /// <summary>Calls a stage as a capture does, twice for each pose. Returns the passes of the last shot.</summary>
        RenderedPasses Capture(GameObject character, CapturePlan plan, params CapturePose[] poses)
        {
            using (var stage = new UnityStage())
            {
                Load(stage, character, plan);
                RenderedPasses passes = null;
                foreach (var pose in poses)
                {
                    stage.SetPose(pose);
                    stage.SetExpression(new CaptureExpression { Name = "smiling", Key = "smile" });
                    var posed = stage.Bake();
                    stage.PlaceCamera(CameraFraming.Frame
                      (posed.Vertices, posed.Vertices, new CaptureAngle(0), 20, plan.Width, plan.Height, 0.05f));
                    var shot = stage.Render(CancellationToken.None);
                    Assert.That(Editor.TickUntil(() => shot.IsCompleted, TimeSpan.FromSeconds(10)), "The pictures are not read back.");
                    passes?.Dispose();
                    passes = shot.GetAwaiter().GetResult();
                }
                return passes;
            }
        }

        static CapturePose[] AllKinds => new[]
        {
            new CapturePose { Name = "stand" },
            new CapturePose { Name = "walk", Source = PoseSource.Clip, Clip = "Walk", Time = 0.5f },
            new CapturePose { Name = "wave", Source = PoseSource.Muscles, Muscles = { ["Right Arm Down-Up"] = 0.8f } },
        };

        static GameObject Mina()
        {
            var mina = CharacterMaker.Humanoid("Mina");
            CharacterMaker.Give(mina, CharacterMaker.Clip("Walk", "Hips/Head"));
            return mina;
        }

        [Test]
        public void TwoPassesAreRenderedOnBlackAndOnWhiteInOneCall()
        {
            using (var passes = Capture(Mina(), Plan, AllKinds))
            {
                Assert.That(passes.Black.Half[0], Is.EqualTo(0));
                Assert.That(passes.White.Half[0], Is.EqualTo(0x3c00), "half float 1");
                Assert.That(passes.Black.Width, Is.EqualTo(64));
            }
            var calls = Editor.Calls.ToList();
            var reads = calls.IndexOf("AsyncGPUReadback.Request");
            Assert.That(calls.Take(reads).Count(call => call == "Camera.Render"), Is.EqualTo(3), "once to warm up, then both passes");
            Assert.That(calls, Does.Not.Contain("AsyncGPUReadbackRequest.WaitForCompletion"));
        }

        [TestCase(ColorSpace.Linear, false)]
        [TestCase(ColorSpace.Gamma, true)]
        public void AGammaProjectGivesPicturesThatAreEncoded(ColorSpace space, bool isEncoded)
        {
            PlayerSettings.colorSpace = space;
            try
            {
                using (var passes = Capture(Mina(), Plan, AllKinds[0])) Assert.That(passes.IsEncoded, Is.EqualTo(isEncoded));
            }
            finally
            {
                PlayerSettings.colorSpace = ColorSpace.Linear;
            }
        }

        [Test]
        public void ClipsThatShareANameAreKnownByTheirFiles()
        {
            var mina = CharacterMaker.Humanoid("Mina");
            foreach (var file in new[] { "Mina@Walking", "Waving", "Mina@Bowing" })
            {
                var clip = CharacterMaker.Clip("mixamo.com", "Hips/Head");
                Editor.AddAsset($"Assets/{file}.fbx", clip);
                CharacterMaker.Give(mina, clip);
            }
            CharacterMaker.Give(mina, CharacterMaker.Clip("Idle", "Hips"));
            // Two that lie in no file.
            CharacterMaker.Give(mina, CharacterMaker.Clip("Take 001", "Hips"));
            CharacterMaker.Give(mina, CharacterMaker.Clip("Take 001", "Hips"));
            using (var stage = new UnityStage())
            {
                var character = Load(stage, mina, Plan);
                Assert.That(character.Clips.Select(clip => clip.Name),
                    Is.EqualTo(new[] { "Walking", "Waving", "Bowing", "Idle", "Take 001", "Take 001 2" }));
                stage.SetPose(new CapturePose { Name = "wave", Source = PoseSource.Clip, Clip = "Waving" });
            }
        }

        [Test]
        public void ASinglePassIsRenderedOnce()
        {
            var plan = new CapturePlan { Width = 32, Height = 64, Supersampling = 2, Matting = MattingMode.SinglePass };
            using (var passes = Capture(Mina(), plan, AllKinds[0]))
            {
                Assert.That(passes.White, Is.Null);
                Assert.That((passes.Black.Width, passes.Black.Height), Is.EqualTo((64, 128)));
            }
            Assert.That(Editor.Calls.Count(call => call == "new RenderTexture"), Is.EqualTo(1));
        }

        [TestCase(LightRig.Studio)]
        [TestCase(LightRig.Scene)]
        public void NothingIsLeftBehind(LightRig rig)
        {
            var mina = Mina();
            new GameObject("Sun").AddComponent<Light>();
            var before = (Editor.Surroundings(), Editor.Alive.ToList());
            Capture(mina, SmallPlan(rig), AllKinds).Dispose();
            Assert.That((Editor.Surroundings(), Editor.Alive), Is.EqualTo(before));
        }

        [TestCase(LightRig.Studio)]
        [TestCase(LightRig.Scene)]
        public void NothingIsLeftBehindAfterAnExceptionInAnyCall(LightRig rig)
        {
            var mina = Mina();
            new GameObject("Sun").AddComponent<Light>();
            var plan = SmallPlan(rig);
            var first = Editor.Calls.Count;
            Capture(mina, plan, AllKinds).Dispose();
            var total = Editor.Calls.Count - first;
            var before = (Editor.Surroundings(), Editor.Alive.ToList());

            var thrown = new HashSet<string>();
            for (var chosen = 0; chosen < total; chosen++)
            {
                var (count, name) = (0, "");
                Editor.OnCall = call =>
                {
                    if (count++ != chosen) return;
                    name = call;
                    throw new InvalidOperationException("injected");
                };
                try
                {
                    Capture(mina, plan, AllKinds)?.Dispose();
                }
                catch (InvalidOperationException)
                {
                    thrown.Add(name);
                }
                Editor.OnCall = null;
                Assert.That(name, Is.Not.Empty, $"Call {chosen} was not made.");
                Assert.That((Editor.Surroundings(), Editor.Alive), Is.EqualTo(before), $"after an exception in call {chosen}, {name}");
            }
            Assert.That(thrown, Does.Contain("Object.Instantiate").And.Contain("Camera.Render").And.Contain("AnimationMode.SampleAnimationClip"));
        }

        [Test]
        public void TheOriginalIsNotTouched()
        {
            var mina = Mina();
            mina.transform.localPosition = new Vector3(3, 0, 4);
            Capture(mina, Plan, AllKinds).Dispose();
            var skin = mina.GetComponentsInChildren<SkinnedMeshRenderer>().Single();
            Assert.That(skin.GetBlendShapeWeight(0), Is.Zero);
            Assert.That(skin.updateWhenOffscreen, Is.False);
            Assert.That(mina.transform.localPosition.x, Is.EqualTo(3));
        }

        [Test]
        public void HeadAndHandsAreMeasured()
        {
            using (var stage = new UnityStage())
            {
                var character = Load(stage, Mina(), Plan);
                Assert.That((character.Name, character.IsHumanoid, character.HasHead), Is.EqualTo(("Mina", true, true)));
                Assert.That(character.Expressions, Is.EqualTo(new[] { "smile" }));
                Assert.That(character.Clips.Single().Name, Is.EqualTo("Walk"));

                // The clip's root motion carries her away; she is measured where she stands all the same.
                stage.SetPose(AllKinds[1]);
                var posed = stage.Bake();
                Assert.That(posed.Vertices, Has.Count.EqualTo(16));
                Assert.That(posed.HipHeight, Is.EqualTo(0.8f).Within(1e-5f));
                var head = posed.Region(StageRegion.Head);
                Assert.That(head.Confidence, Is.EqualTo(1));
                Assert.That(head.Points.Select(p => p.Y), Is.EqualTo(new[] { 1.4f, 1.4f, 1.6f, 1.6f }).Within(1e-5f));
                Assert.That(posed.Region(StageRegion.LeftHand).Points.All(p => p.X < -0.4f));
            }
        }

        [TestCase(VertexAttributeFormat.Float32, VertexAttributeFormat.UInt32)]
        [TestCase(VertexAttributeFormat.UNorm16, VertexAttributeFormat.UInt16)]
        [TestCase(VertexAttributeFormat.UNorm8, VertexAttributeFormat.UInt8)]
        public void MeshesWithReadWriteOffAreMeasuredLikeOthers(VertexAttributeFormat weights, VertexAttributeFormat indices)
        {
            var (open, closed) = (Mina(), Mina());
            CharacterMaker.Close(closed, weights, indices);
            PosedCharacter Measure(GameObject character)
            {
                using (var stage = new UnityStage())
                {
                    Load(stage, character, Plan);
                    return stage.Bake();
                }
            }
            var (expected, posed) = (Measure(open), Measure(closed));
            Assert.That(posed.Vertices, Is.EqualTo(expected.Vertices));
            Assert.That(posed.Regions.Select(region => (region.Name, region.Confidence)), Is.EqualTo(new[] { ("head", 1f), ("leftHand", 1f), ("rightHand", 1f) }));
            foreach (var region in posed.Regions) Assert.That(region.Points, Is.EqualTo(expected.Region(region.Name).Points));
            var barrel = CharacterMaker.Thing("Barrel");
            var vertices = Measure(barrel).Vertices;
            CharacterMaker.Close(barrel);
            Assert.That(Measure(barrel).Vertices, Is.EqualTo(vertices));
        }

        [Test]
        public void MeshesThatCannotBeReadAreBoxesWithAGuessedHead()
        {
            var mina = Mina();
            CharacterMaker.Lose(mina);
            using (var stage = new UnityStage())
            {
                Load(stage, mina, Plan);
                var posed = stage.Bake();
                Assert.That(posed.Vertices, Has.Count.EqualTo(8));
                Assert.That(posed.Regions.Single().Name, Is.EqualTo(StageRegion.Head));
                Assert.That(posed.Regions.Single().Confidence, Is.LessThan(0.5f));
            }
        }

        [Test]
        public void AThingWithoutBonesHasNoHead()
        {
            using (var stage = new UnityStage())
            {
                var thing = Load(stage, CharacterMaker.Thing("Barrel"), Plan);
                Assert.That((thing.IsHumanoid, thing.HasHead), Is.EqualTo((false, false)));
                var error = Assert.Throws<CaptureException>(() => stage.SetPose(AllKinds[2]));
                Assert.That(error.Code, Is.EqualTo("input.pose.rig"));
            }
        }

        [TestCase("Tail/Tip", false, "Mina", null)]
        [TestCase("Hips/Head", false, "Mina", "fits")]
        [TestCase("", true, "Mina", "fits")]
        [TestCase("", true, "Barrel", null)]
        public void AClipOfAnotherRigIsRefused(string path, bool isHuman, string name, string fits)
        {
            var character = name == "Mina" ? Mina() : CharacterMaker.Thing(name);
            var clip = CharacterMaker.Clip("Dance", path, isHuman);
            Editor.AddAsset("Assets/Dance.anim", clip);
            var pose = new CapturePose { Name = "dance", Source = PoseSource.Clip, Clip = "Assets/Dance.anim#Dance" };
            var plan = SmallPlan();
            plan.Poses.Add(pose);
            using (var stage = new UnityStage())
            {
                var loaded = Load(stage, character, plan);
                Assert.That(loaded.Clips.Select(c => c.Name), Does.Contain(pose.Clip), "a clip of the project that the plan uses");
                if (fits != null) stage.SetPose(pose);
                else Assert.That(Assert.Throws<CaptureException>(() => stage.SetPose(pose)).Code, Is.EqualTo("input.clip.rig"));
            }
        }

        [Test]
        public void ACharacterIsFoundAgainByItsName()
        {
            var prefab = CharacterMaker.Humanoid("Prefab");
            Editor.AddAsset("Assets/Mina.prefab", prefab);
            Assert.That(CharacterSubject.Of(prefab), Is.EqualTo("Assets/Mina.prefab"));
            var unsaved = CharacterMaker.Humanoid("Unsaved");
            Assert.That(CharacterSubject.Resolve(CharacterSubject.Of(unsaved)), Is.SameAs(unsaved));
            var error = Assert.Throws<CaptureException>(() => CharacterSubject.Resolve("Assets/Gone.prefab"));
            Assert.That(error.Code, Is.EqualTo("input.character.missing"));
        }

        [Test]
        public void ObjectsThatNoFileHasAreFoundAgainToo()
        {
            var saved = CharacterMaker.Humanoid("Saved");
            Editor.PutInSavedScene(saved, saved);
            Assert.That(CharacterSubject.Of(saved), Does.StartWith("GlobalObjectId"));
            var made = CharacterMaker.Humanoid("Made since");
            Editor.PutInSavedScene(made, null);
            // Prefab Mode shows a copy of what the file has.
            var (onDisk, shown) = (CharacterMaker.Humanoid("Prefab"), CharacterMaker.Humanoid("Prefab"));
            Editor.PutInSavedScene(shown, onDisk);
            foreach (var character in new[] { saved, made, shown })
                Assert.That(CharacterSubject.Resolve(CharacterSubject.Of(character)), Is.SameAs(character));
            // A part of a model is not the model.
            var (model, part) = (CharacterMaker.Humanoid("Model"), CharacterMaker.Humanoid("Part"));
            Editor.AddAsset("Assets/Model.fbx", model, part);
            Assert.That(CharacterSubject.Resolve(CharacterSubject.Of(part)), Is.SameAs(part));
        }

        [Test]
        public void WithoutRenderersThereIsNothingToCapture()
        {
            using (var stage = new UnityStage())
            {
                var empty = CharacterSubject.Of(new GameObject("Empty"));
                var error = Assert.Throws<CaptureException>(() => stage.Load(empty, new StageSettings(Plan, new PicturePool())));
                Assert.That(error.Code, Is.EqualTo("input.character.invisible"));
            }
        }
    }
}
