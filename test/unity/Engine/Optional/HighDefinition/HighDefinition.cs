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

    public enum SkyType
    {
        Gradient = 3,
    }

    public enum SkyAmbientMode
    {
        Static,
        Dynamic,
    }

    public sealed class SkyAmbientModeParameter : VolumeParameter<SkyAmbientMode>
    {
        public SkyAmbientModeParameter(SkyAmbientMode value, bool overrideState = false) : base(value, overrideState) {}
    }

    public sealed class VisualEnvironment : VolumeComponent
    {
        public NoInterpIntParameter skyType = new NoInterpIntParameter(0);
        public SkyAmbientModeParameter skyAmbientMode = new SkyAmbientModeParameter(SkyAmbientMode.Dynamic);
    }

    public abstract class SkySettings : VolumeComponent
    {
    }

    public class GradientSky : SkySettings
    {
        public ColorParameter top = new ColorParameter(new Color(0, 0, 1));
        public ColorParameter middle = new ColorParameter(new Color(0.3f, 0.7f, 1));
        public ColorParameter bottom = new ColorParameter(Color.white);
    }
}
