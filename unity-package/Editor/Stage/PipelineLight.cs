#nullable enable
using LoraBridge.Core.Capture;
using UnityEditor;
using UnityEngine;
using UnityEngine.Rendering;
#if LORA_BRIDGE_URP
using UnityEngine.Rendering.Universal;
#endif
#if LORA_BRIDGE_HDRP
using UnityEngine.Rendering.HighDefinition;
#endif

namespace LoraBridge.Editor.Stage
{
    /// <summary>URP's and HDRP's additional light data.</summary>
    static class PipelineLight
    {
        static bool IsLinearProject => PlayerSettings.colorSpace == ColorSpace.Linear;

        /// <summary>The intensity of a white light of the studio.</summary>
        public static float Intensity(float share) => StudioLight.Intensity(share, IsLinearProject, GraphicsSettings.lightsUseLinearIntensity);

        /// <summary>The colour of the studio's ambient light.</summary>
        public static Color Ambient
        {
            get
            {
                var value = StudioLight.Colour(StudioLight.Ambient, IsLinearProject);
                return new Color(value, value, value);
            }
        }

        /// <summary>Copies the additional data from one light to another.</summary>
        public static void Copy(Light from, Light to)
        {
#if LORA_BRIDGE_URP
            if (from.TryGetComponent<UniversalAdditionalLightData>(out var urp))
                EditorUtility.CopySerialized(urp, to.gameObject.AddComponent<UniversalAdditionalLightData>());
#endif
#if LORA_BRIDGE_HDRP
            if (from.TryGetComponent<HDAdditionalLightData>(out var hdrp))
                EditorUtility.CopySerialized(hdrp, to.gameObject.AddComponent<HDAdditionalLightData>());
#endif
        }
    }
}
