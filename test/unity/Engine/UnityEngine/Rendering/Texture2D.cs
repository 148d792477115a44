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
