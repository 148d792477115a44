using UnityEditor;
using UnityEngine;
#if LORA_BRIDGE_URP
using UnityEngine.Rendering.Universal;
#endif
#if LORA_BRIDGE_HDRP
using UnityEngine.Rendering;
using UnityEngine.Rendering.HighDefinition;
#endif

namespace LoraBridge.Editor.Stage
{
    /// <summary>What URP and HDRP keep beside a light.</summary>
    static class PipelineLight
    {
        /// <summary>
        /// Intensity of a directional light that shows a white surface as white. HDRP counts in lux and divides by 1.2 at exposure 0.
        /// </summary>
        public static float Unit
        {
            get
            {
#if LORA_BRIDGE_HDRP
                if (GraphicsSettings.currentRenderPipeline is HDRenderPipelineAsset) return Mathf.PI * 1.2f;
#endif
                return 1;
            }
        }

        /// <summary>Copies it from one light to another.</summary>
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
