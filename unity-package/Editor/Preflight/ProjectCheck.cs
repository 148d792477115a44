#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEngine;
using UnityEngine.Experimental.Rendering;
using UnityEngine.Rendering;

namespace LoraBridge.Editor.Preflight
{
    /// <summary>Checks before a capture for settings that would spoil it.</summary>
    public static class ProjectCheck
    {
        /// <summary>Findings about the project, its pipeline and, if given, the character.</summary>
        public static IReadOnlyList<Finding> Run(GameObject? character, MattingMode matting)
        {
            var findings = Project().Concat(PipelineCheck.Run(GraphicsSettings.currentRenderPipeline, matting));
            if (character != null) findings = findings.Concat(CharacterCheck.Run(character));
            return findings.ToList();
        }

        static IEnumerable<Finding> Project()
        {
            if (SystemInfo.graphicsDeviceType == GraphicsDeviceType.Null)
            {
                yield return new Finding(Severity.Error, Text.NoGraphics, null);
                yield break;
            }
            if (!SystemInfo.supportsAsyncGPUReadback)
                yield return new Finding(Severity.Error, Text.NoReadback, null, SystemInfo.graphicsDeviceType);
            if (!CanRenderHalfFloats)
                yield return new Finding(Severity.Error, Text.NoHalfFloats, null, SystemInfo.graphicsDeviceType);
            if (QualitySettings.skinWeights < SkinWeights.FourBones)
                yield return new Finding
                  (Severity.Warning, Text.FewSkinWeights, () => QualitySettings.skinWeights = SkinWeights.FourBones);
        }

        static bool CanRenderHalfFloats =>
#if UNITY_6000_0_OR_NEWER
            SystemInfo.IsFormatSupported(GraphicsFormat.R16G16B16A16_SFloat, GraphicsFormatUsage.Render);
#else
            SystemInfo.IsFormatSupported(GraphicsFormat.R16G16B16A16_SFloat, FormatUsage.Render);
#endif
    }
}
