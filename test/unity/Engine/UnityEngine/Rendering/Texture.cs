using DeclaredUnity;
using UnityEngine.Experimental.Rendering;

namespace UnityEngine
{
    public class Texture : Object
    {
        protected Texture() {}

        internal Texture(string call) : base(call) {}

        public virtual int width { get; set; }
        public virtual int height { get; set; }
        public FilterMode filterMode { get; set; }
    }

    public class RenderTexture : Texture
    {
        internal Color Background;

        public RenderTexture(RenderTextureDescriptor desc) : base("new RenderTexture")
        {
            width = desc.width;
            height = desc.height;
        }

        public override int width { get; set; }
        public override int height { get; set; }

        public void Release() => Calls.Note("RenderTexture.Release");
    }

    public struct RenderTextureDescriptor
    {
        public RenderTextureDescriptor(int width, int height, GraphicsFormat colorFormat, int depthBufferBits)
        {
            this.width = width;
            this.height = height;
            msaaSamples = 1;
        }

        public int width { get; set; }
        public int height { get; set; }
        public int msaaSamples { get; set; }
    }

    public enum FilterMode
    {
        Point = 0,
        Bilinear = 1,
    }
}

namespace UnityEngine.Experimental.Rendering
{
    public enum GraphicsFormat
    {
        R16G16B16A16_SFloat = 48,
    }
}
