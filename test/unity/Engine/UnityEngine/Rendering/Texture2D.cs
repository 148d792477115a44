using DeclaredUnity;

namespace UnityEngine
{
    public sealed class Texture2D : Texture
    {
        /// <summary>The file that it was last decoded from.</summary>
        internal byte[] File;

        public Texture2D(int width, int height) : base("new Texture2D")
        {
            this.width = width;
            this.height = height;
        }

        public Texture2D(int width, int height, TextureFormat textureFormat, bool mipChain) : this(width, height) {}

        public Color32[] GetPixels32() => new Color32[width * height];

        public void SetPixels32(Color32[] colors)
        {
            if (colors.Length != width * height) throw new System.ArgumentException("Another number of pixels than the texture's.");
        }

        public void Apply(bool updateMipmaps, bool makeNoLongerReadable) => Calls.Note("Texture2D.Apply");
    }

    public enum TextureFormat
    {
        RGBA32 = 4,
        RGBAHalf = 17,
    }

    public struct Color32
    {
        public byte r;
        public byte g;
        public byte b;
        public byte a;

        public Color32(byte r, byte g, byte b, byte a)
        {
            this.r = r;
            this.g = g;
            this.b = b;
            this.a = a;
        }
    }

    public static class ImageConversion
    {
        public static bool LoadImage(this Texture2D tex, byte[] data, bool markNonReadable)
        {
            Calls.Note("ImageConversion.LoadImage");
            tex.File = data;
            var (width, height) = PictureSize.Of(data);
            tex.width = width;
            tex.height = height;
            return width > 0;
        }
    }

    /// <summary>Size of a PNG or JPEG file, which is all that a layout needs; (0, 0) where it is neither.</summary>
    static class PictureSize
    {
        public static (int width, int height) Of(byte[] file)
        {
            if (file.Length > 24 && file[0] == 0x89 && file[1] == 'P') return (Word(file, 18), Word(file, 22));
            if (file.Length < 4 || file[0] != 0xff || file[1] != 0xd8) return (0, 0);
            for (var at = 2; at + 9 < file.Length && file[at] == 0xff; at += 2 + Word(file, at + 2))
                // Frame headers, of which Huffman tables, JPG and arithmetic conditioning are none.
                if (file[at + 1] >= 0xc0 && file[at + 1] <= 0xcf && file[at + 1] != 0xc4 && file[at + 1] != 0xc8 && file[at + 1] != 0xcc)
                    return (Word(file, at + 7), Word(file, at + 5));
            return (0, 0);
        }

        static int Word(byte[] file, int at) => file[at] << 8 | file[at + 1];
    }
}
