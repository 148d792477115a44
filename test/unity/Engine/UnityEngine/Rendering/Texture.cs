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

        /// <summary>Whether the graphics card has room.</summary>
        internal static bool HasRoom = true;

        bool _isCreated;

        public bool IsCreated() => _isCreated;

        public bool Create()
        {
            Calls.Note("RenderTexture.Create");
            return _isCreated = HasRoom;
        }

        public void Release()
        {
            _isCreated = false;
            Calls.Note("RenderTexture.Release");
        }
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

    public sealed class Cubemap : Texture
    {
        public Cubemap(int width, TextureFormat textureFormat, bool mipChain) : base("new Cubemap") => this.width = width;

        public void SetPixels(Color[] colors, CubemapFace face) => Calls.Note("Cubemap.SetPixels");

        public void Apply(bool updateMipmaps) => Calls.Note("Cubemap.Apply");
    }

    public enum CubemapFace
    {
        PositiveX = 0,
        NegativeX = 1,
        PositiveY = 2,
        NegativeY = 3,
        PositiveZ = 4,
        NegativeZ = 5,
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
