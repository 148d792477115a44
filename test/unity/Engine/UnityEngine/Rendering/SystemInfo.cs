using DeclaredUnity;

namespace UnityEngine
{
    public sealed class SystemInfo
    {
        public static int GetRenderTextureSupportedMSAASampleCount(RenderTextureDescriptor desc)
        {
            Calls.Note("SystemInfo.GetRenderTextureSupportedMSAASampleCount");
            return desc.msaaSamples;
        }
    }
}
