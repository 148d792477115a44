#nullable enable
using UnityEngine;
#if LORA_BRIDGE_URP
using UnityEngine.Rendering.Universal;
#endif
#if LORA_BRIDGE_HDRP
using UnityEngine.Rendering.HighDefinition;
#endif

namespace LoraBridge.Editor.Stage
{
    /// <summary>URP's and HDRP's additional camera data: no post-processing, no temporal anti-aliasing, a plain background.</summary>
    static class PipelineCamera
    {
        public static void SetUp(Camera camera, bool hasSky)
        {
#if LORA_BRIDGE_URP
            var urp = camera.gameObject.AddComponent<UniversalAdditionalCameraData>();
            urp.renderPostProcessing = false;
            urp.antialiasing = AntialiasingMode.None;
            urp.dithering = false;
            urp.stopNaN = false;
            urp.volumeLayerMask = 0;
#endif
#if LORA_BRIDGE_HDRP
            var hdrp = camera.gameObject.AddComponent<HDAdditionalCameraData>();
            hdrp.clearColorMode = HDAdditionalCameraData.ClearColorMode.Color;
            hdrp.antialiasing = HDAdditionalCameraData.AntialiasingMode.None;
            hdrp.dithering = false;
            // The studio's sky is on the default layer; volumes of open scenes must not affect this camera.
            hdrp.volumeLayerMask = hasSky ? 1 : 0;
            hdrp.customRenderingSettings = true;
            SwitchOff(hdrp, FrameSettingsField.Postprocess);
            SwitchOff(hdrp, FrameSettingsField.ExposureControl);
            SwitchOff(hdrp, FrameSettingsField.AtmosphericScattering);
            SwitchOff(hdrp, FrameSettingsField.MotionVectors);
#endif
        }

        /// <summary>Sets the background colour for HDRP, which has its own; the other pipelines use the camera's.</summary>
        public static void SetBackground(Camera camera, Color background)
        {
#if LORA_BRIDGE_HDRP
            if (camera.TryGetComponent<HDAdditionalCameraData>(out var hdrp)) hdrp.backgroundColorHDR = background;
#endif
        }

#if LORA_BRIDGE_HDRP
        static void SwitchOff(HDAdditionalCameraData camera, FrameSettingsField field)
        {
            camera.renderingPathCustomFrameSettingsOverrideMask.mask[(uint)field] = true;
            camera.renderingPathCustomFrameSettings.SetEnabled(field, false);
        }
#endif
    }
}
