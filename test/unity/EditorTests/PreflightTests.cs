using System.IO;
using System.Linq;
using DeclaredUnity;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Preflight;
using NUnit.Framework;
using UnityEditor;
using UnityEngine;
using UnityEngine.Rendering;

// The names by which the pipelines' assets are known.
sealed class UniversalRenderPipelineAsset : RenderPipelineAsset
{
    protected override RenderPipeline CreatePipeline() => null;
}

sealed class HDRenderPipelineAsset : RenderPipelineAsset
{
    protected override RenderPipeline CreatePipeline() => null;
}

namespace LoraBridge.DeclaredUnity.Tests
{
    sealed class PreflightTests : EditorTestFixture
    {
        [TearDown]
        public void ResetProject()
        {
            PlayerSettings.colorSpace = ColorSpace.Linear;
            QualitySettings.skinWeights = SkinWeights.FourBones;
        }

        [Test]
        public void NothingStandsInTheWayOfAGoodProject()
          => Assert.That(ProjectCheck.Run(CharacterMaker.Humanoid("Mina"), MattingMode.BlackAndWhite), Is.Empty);

        [Test]
        public void AProjectThatWorksInGammaIsCapturedAsItIs()
        {
            PlayerSettings.colorSpace = ColorSpace.Gamma;
            Assert.That(ProjectCheck.Run(null, MattingMode.BlackAndWhite), Is.Empty);
        }

        [Test]
        public void FewSkinWeightsAreNamedAndFixed()
        {
            QualitySettings.skinWeights = SkinWeights.TwoBones;
            ProjectCheck.Run(null, MattingMode.BlackAndWhite).Single().Fix();
            Assert.That(QualitySettings.skinWeights, Is.EqualTo(SkinWeights.FourBones));
        }

        [TestCase(MattingMode.BlackAndWhite, 0)]
        [TestCase(MattingMode.SinglePass, 1)]
        public void UrpsSettingsAreNamedAndFixed(MattingMode matting, int count)
        {
            var urp = ScriptableObject.CreateInstance<UniversalRenderPipelineAsset>();
            Editor.Pipeline = urp;
            foreach (var field in new[] { "m_SupportsHDR", "m_HDRColorBufferPrecision", "m_AllowPostProcessAlphaOutput" })
                Editor.SetField(urp, field, 0);
            var findings = ProjectCheck.Run(null, matting);
            Assert.That(findings, Has.Count.EqualTo(count));
            if (count > 0) Assert.That(findings[0].Message, Does.Contain("Alpha Processing"));
            foreach (var finding in findings) finding.Fix();
            Assert.That(ProjectCheck.Run(null, matting), Is.Empty);
        }

        [Test]
        public void AnOlderUrpThatLacksASettingIsFine()
        {
            var urp = ScriptableObject.CreateInstance<UniversalRenderPipelineAsset>();
            Editor.Pipeline = urp;
            Editor.SetField(urp, "m_SupportsHDR", 1);
            Assert.That(ProjectCheck.Run(null, MattingMode.SinglePass), Is.Empty);
        }

        [Test]
        public void HdrpsThreeBuffersAreNamedAndFixed()
        {
            const int r11g11b10 = 74;
            var hdrp = ScriptableObject.CreateInstance<HDRenderPipelineAsset>();
            Editor.Pipeline = hdrp;
            foreach (var field in new[] { "colorBufferFormat", "customBufferFormat", "postProcessSettings.bufferFormat" })
                Editor.SetField(hdrp, "m_RenderPipelineSettings." + field, r11g11b10);
            var findings = ProjectCheck.Run(null, MattingMode.BlackAndWhite);
            Assert.That(findings.Select(finding => finding.Severity), Is.EqualTo(new[] { Severity.Error, Severity.Warning, Severity.Warning }));
            Assert.That(ProjectCheck.Run(null, MattingMode.SinglePass).All(finding => finding.Severity == Severity.Error));
            foreach (var finding in findings) finding.Fix();
            Assert.That(ProjectCheck.Run(null, MattingMode.SinglePass), Is.Empty);
        }

        [Test]
        public void ACharacterWithoutAvatarIsWarnedAboutAndClosedMeshesAreFine()
        {
            var thing = CharacterMaker.Thing("Barrel");
            Assert.That(ProjectCheck.Run(thing, MattingMode.BlackAndWhite).Single().Message, Does.Contain("humanoid"));
            var mina = CharacterMaker.Humanoid("Mina");
            CharacterMaker.Close(mina);
            Assert.That(ProjectCheck.Run(mina, MattingMode.BlackAndWhite), Is.Empty);
        }
    }
}
