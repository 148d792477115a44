namespace UnityEngine.Rendering.HighDefinition
{
    public enum FrameSettingsField
    {
        MotionVectors = 10,
        Postprocess = 15,
        AtmosphericScattering = 26,
        ExposureControl = 32,
    }

    public struct FrameSettings
    {
        public void SetEnabled(FrameSettingsField field, bool value) {}
    }

    public struct FrameSettingsOverrideMask
    {
        public BitArray128 mask;
    }

    public class HDAdditionalCameraData : MonoBehaviour
    {
        FrameSettings _frameSettings;

        public enum ClearColorMode
        {
            Sky,
            Color,
        }

        public enum AntialiasingMode
        {
            None,
        }

        public ClearColorMode clearColorMode;
        public Color backgroundColorHDR;
        public AntialiasingMode antialiasing;
        public bool dithering;
        public LayerMask volumeLayerMask;
        public bool customRenderingSettings;
        public FrameSettingsOverrideMask renderingPathCustomFrameSettingsOverrideMask;
        public ref FrameSettings renderingPathCustomFrameSettings => ref _frameSettings;
    }

    public class HDAdditionalLightData : MonoBehaviour
    {
    }

    public class HDRenderPipeline : RenderPipeline
    {
#if !UNITY_6000_3_OR_NEWER
        protected override void Render(ScriptableRenderContext renderContext, Camera[] cameras) {}
#endif
    }

#if UNITY_6000_0_OR_NEWER
    public class HDRenderPipelineAsset : RenderPipelineAsset<HDRenderPipeline>
#else
    public class HDRenderPipelineAsset : RenderPipelineAsset
#endif
    {
        protected override RenderPipeline CreatePipeline() => null;
    }
}
