#nullable enable
using System;
using System.Collections.Generic;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEngine.Rendering;

namespace LoraBridge.Editor.Preflight
{
    /// <summary>
    /// Checks settings of URP's and HDRP's assets. They are read as serialized properties: which of them a script may set through the
    /// pipelines' own classes changes from version to version, and a property that a version lacks is skipped.
    /// </summary>
    static class PipelineCheck
    {
        // GraphicsFormat.R16G16B16A16_SFloat: HDRP's own enumerations use the same values.
        const int HalfFloats = 48;

        public static IEnumerable<Finding> Run(RenderPipelineAsset? pipeline, MattingMode matting)
        {
            // Null is the built-in pipeline, which renders straight into our texture.
            if (pipeline == null) return Array.Empty<Finding>();
            switch (pipeline.GetType().Name)
            {
                case "UniversalRenderPipelineAsset": return Universal(pipeline, matting);
                case "HDRenderPipelineAsset": return HighDefinition(pipeline, matting);
                default: return new[] { new Finding(Severity.Warning, Text.UnknownPipeline, null, pipeline.name) };
            }
        }

        static IEnumerable<Finding> Universal(RenderPipelineAsset asset, MattingMode matting)
        {
            // URP's HDR settings affect the screen only: a camera with its own target renders in the target's format.
            if (matting == MattingMode.SinglePass && Read(asset, "m_AllowPostProcessAlphaOutput") == 0)
                yield return Wrong(Severity.Warning, Text.UrpAlpha, asset, "m_AllowPostProcessAlphaOutput", 1);
        }

        static IEnumerable<Finding> HighDefinition(RenderPipelineAsset asset, MattingMode matting)
        {
            const string settings = "m_RenderPipelineSettings.";
            // A smaller colour buffer loses precision and alpha; the other two only lose alpha, which only a single pass needs.
            if (!IsHalfFloat(asset, settings + "colorBufferFormat"))
                yield return Wrong(Severity.Error, Text.HdrpColor, asset, settings + "colorBufferFormat", HalfFloats);
            var others = matting == MattingMode.SinglePass ? Severity.Error : Severity.Warning;
            if (!IsHalfFloat(asset, settings + "customBufferFormat"))
                yield return Wrong(others, Text.HdrpCustom, asset, settings + "customBufferFormat", HalfFloats);
            if (!IsHalfFloat(asset, settings + "postProcessSettings.bufferFormat"))
                yield return Wrong(others, Text.HdrpPost, asset, settings + "postProcessSettings.bufferFormat", HalfFloats);
        }

        static bool IsHalfFloat(RenderPipelineAsset asset, string path) => (Read(asset, path) ?? HalfFloats) == HalfFloats;

        static int? Read(RenderPipelineAsset asset, string path)
        {
            using (var serialized = new SerializedObject(asset))
            {
                var property = serialized.FindProperty(path);
                if (property == null) return null;
                return property.propertyType == SerializedPropertyType.Boolean ? property.boolValue ? 1 : 0 : property.intValue;
            }
        }

        static Finding Wrong(Severity severity, Text text, RenderPipelineAsset asset, string path, int value)
          => new Finding(severity, text, () => Write(asset, path, value), asset.name);

        static void Write(RenderPipelineAsset asset, string path, int value)
        {
            using (var serialized = new SerializedObject(asset))
            {
                var property = serialized.FindProperty(path);
                if (property.propertyType == SerializedPropertyType.Boolean) property.boolValue = value != 0;
                else property.intValue = value;
                // With undo: it is the user's asset.
                serialized.ApplyModifiedProperties();
            }
        }
    }
}
