using System;
using System.IO;
using System.Linq;
using DeclaredUnity;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Preflight;
using LoraBridge.Editor.Stage;
using NUnit.Framework;
using UnityEngine;
using UnityEngine.Rendering;

namespace nadena.dev.modular_avatar.core
{
    sealed class ModularAvatarMergeArmature : MonoBehaviour
    {
    }
}

namespace VF.Model
{
    sealed class VRCFury : MonoBehaviour
    {
    }
}

namespace LoraBridge.DeclaredUnity.Tests
{
    sealed class VRCPhysBone : MonoBehaviour
    {
    }

    sealed class DynamicBone : MonoBehaviour
    {
    }

    /// <summary>What comes onto the stage, and under which light.</summary>
    sealed class CharacterCloneTests : StageTestFixture
    {
        static void WithClone(GameObject character, Action<CharacterClone> look)
        {
            var cleanUp = new CleanUp();
            try
            {
                look(new CharacterClone(character, cleanUp));
            }
            finally
            {
                cleanUp.Run();
            }
        }

        static void AssertTurned(Quaternion rotation, float x, float y)
        {
            foreach (var axis in new[] { new Vector3(1, 0, 0), new Vector3(0, 1, 0), new Vector3(0, 0, 1) })
            {
                var difference = rotation * axis - Quaternion.Euler(x, y, 0) * axis;
                Assert.That(Math.Abs(difference.x) + Math.Abs(difference.y) + Math.Abs(difference.z), Is.LessThan(1e-4), $"{rotation.eulerAngles}");
            }
        }

        [Test]
        public void AnAssetKeepsTheRotationOfItsRoot()
        {
            var mina = CharacterMaker.Humanoid("Mina");
            mina.transform.localRotation = Quaternion.Euler(-90, 0, 0);
            Editor.AddAsset("Assets/Mina.fbx", mina);
            WithClone(mina, clone => AssertTurned(clone.Root.transform.localRotation, -90, 0));
        }

        [Test]
        public void AnInstanceOfAnAssetStandsAsTheAssetDoes()
        {
            var asset = CharacterMaker.Humanoid("Mina");
            asset.transform.localRotation = Quaternion.Euler(-90, 0, 0);
            var instance = CharacterMaker.Humanoid("Mina");
            instance.transform.localRotation = Quaternion.Euler(-90, 130, 0);
            Editor.SetPrefab(instance, asset);
            WithClone(instance, clone => AssertTurned(clone.Root.transform.localRotation, -90, 0));
        }

        [TestCase(0, 130)]
        [TestCase(-90, 130)]
        [TestCase(-90, 0)]
        public void WhatIsNoPrefabLosesOnlyTheDirectionThatItLooksIn(float pitch, float yaw)
        {
            var mina = CharacterMaker.Humanoid("Mina");
            mina.transform.localRotation = Quaternion.Euler(0, yaw, 0) * Quaternion.Euler(pitch, 0, 0);
            WithClone(mina, clone => AssertTurned(clone.Root.transform.localRotation, pitch, 0));
        }

        [Test]
        public void BonesThatWereOptimizedAwayComeBack()
        {
            var mina = CharacterMaker.Humanoid("Mina");
            CharacterMaker.Optimize(mina);
            WithClone(mina, clone => Assert.That(clone.Animator.hasTransformHierarchy));
            Assert.That(mina.GetComponentInChildren<Animator>().hasTransformHierarchy, Is.False, "the original");
        }

        [Test]
        public void OfSeveralAnimatorsTheHumanOneCounts()
        {
            var root = new GameObject("Root");
            CharacterMaker.AddAnimator(root);
            var mina = CharacterMaker.Humanoid("Mina");
            mina.transform.SetParent(root.transform, false);
            WithClone(root, clone =>
            {
                Assert.That(clone.IsHumanoid);
                Assert.That(clone.Animator.gameObject.name, Is.EqualTo("Mina"));
            });
            Assert.That(ProjectCheck.Run(root, MattingMode.BlackAndWhite), Is.Empty);
        }

        [Test]
        public void ProbesOfTheSceneAreLeftOut()
            => WithClone(CharacterMaker.Thing("Vase"), clone =>
            {
                Assert.That(clone.Renderers.Select(renderer => renderer.lightProbeUsage), Is.All.EqualTo(LightProbeUsage.Off));
                Assert.That(clone.Renderers.Select(renderer => renderer.reflectionProbeUsage), Is.All.EqualTo(ReflectionProbeUsage.Off));
            });

        [Test]
        public void AnOutfitThatIsMergedAtBuildTimeHasToBeBakedFirst()
        {
            var mina = CharacterMaker.Humanoid("Mina");
            mina.AddComponent<nadena.dev.modular_avatar.core.ModularAvatarMergeArmature>();
            mina.AddComponent<VF.Model.VRCFury>();
            var findings = ProjectCheck.Run(mina, MattingMode.BlackAndWhite);
            Assert.That(findings.Select(finding => finding.Severity), Is.EqualTo(new[] { Severity.Error, Severity.Warning }));
            Assert.That(findings[0].Message, Does.Contain("Modular Avatar merges").And.Contain("Bake"));
            Assert.That(findings[1].Message, Does.Contain("VRCFury merges"));
        }

        [Test]
        public void SpringBonesOfEveryMakeAreNamed()
        {
            var mina = CharacterMaker.Humanoid("Mina");
            mina.AddComponent<VRCPhysBone>();
            mina.AddComponent<DynamicBone>();
            Assert.That(ProjectCheck.Run(mina, MattingMode.BlackAndWhite).Single().Message, Does.Contain("(DynamicBone, VRCPhysBone)"));
        }

        static void Load(GameObject character, LightRig light)
        {
            using (var stage = new UnityStage()) Load(stage, character, SmallPlan(light));
        }

        [TestCase(LightRig.Studio, true)]
        [TestCase(LightRig.Scene, false)]
        public void TheStudioMirrorsItsOwnLightAndTheSceneItsOwn(LightRig light, bool isStudio)
        {
            Load(CharacterMaker.Humanoid("Mina"), light);
            Assert.That(Editor.Calls.Contains("RenderSettings.customReflectionTexture"), Is.EqualTo(isStudio));
            Assert.That(Editor.Calls.Contains("RenderSettings.ambientLight"), Is.EqualTo(isStudio));
        }

        [Test]
        public void WithoutRoomOnTheGraphicsCardThereIsAnErrorInsteadOfABlackPicture()
        {
            Editor.HasGraphicsMemory = false;
            var error = Assert.Throws<CaptureException>(() => Load(CharacterMaker.Humanoid("Mina"), LightRig.Studio));
            Assert.That(error.Code, Is.EqualTo("resource.gpu.memory"));
        }
    }
}
