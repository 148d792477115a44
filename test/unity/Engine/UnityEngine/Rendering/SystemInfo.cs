using DeclaredUnity;
using UnityEngine.Experimental.Rendering;
using UnityEngine.Rendering;

namespace UnityEngine
{
    public sealed class SystemInfo
    {
        public static GraphicsDeviceType graphicsDeviceType { get; internal set; } = GraphicsDeviceType.Vulkan;
        public static int graphicsMemorySize { get; internal set; } = 8192;
        public static bool supportsAsyncGPUReadback { get; internal set; } = true;

        public static int GetRenderTextureSupportedMSAASampleCount(RenderTextureDescriptor desc)
        {
            Calls.Note("SystemInfo.GetRenderTextureSupportedMSAASampleCount");
            return desc.msaaSamples;
        }

#if UNITY_6000_0_OR_NEWER
        public static bool IsFormatSupported(GraphicsFormat format, GraphicsFormatUsage usage) => true;
#else
        public static bool IsFormatSupported(GraphicsFormat format, FormatUsage usage) => true;
#endif
    }

    public sealed partial class QualitySettings : Object
    {
        QualitySettings() {}

        public static SkinWeights skinWeights { get; set; } = SkinWeights.FourBones;
    }

    public enum SkinWeights
    {
        TwoBones = 2,
        FourBones = 4,
    }

    public enum ColorSpace
    {
        Gamma = 0,
        Linear = 1,
    }
}

namespace UnityEngine.Experimental.Rendering
{
#if UNITY_6000_0_OR_NEWER
    public enum GraphicsFormatUsage
    {
        Render = 1 << 4,
    }
#else
    public enum FormatUsage
    {
        Render = 4,
    }
#endif
}

namespace UnityEngine.Rendering
{
    public enum GraphicsDeviceType
    {
        Null = 4,
        Vulkan = 21,
    }

    public struct ScriptableRenderContext
    {
    }

    public abstract class RenderPipeline
    {
#if !UNITY_6000_3_OR_NEWER
        protected abstract void Render(ScriptableRenderContext context, Camera[] cameras);
#endif
    }

    public abstract class RenderPipelineAsset : ScriptableObject
    {
        protected abstract RenderPipeline CreatePipeline();
    }

#if UNITY_6000_0_OR_NEWER
    public abstract class RenderPipelineAsset<TRenderPipeline> : RenderPipelineAsset where TRenderPipeline : RenderPipeline
    {
    }
#endif

    public sealed partial class GraphicsSettings : Object
    {
        GraphicsSettings() {}

        public static bool lightsUseLinearIntensity { get; set; }

        public static RenderPipelineAsset currentRenderPipeline { get; internal set; }
    }
}
