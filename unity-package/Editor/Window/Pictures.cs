#nullable enable
using LoraBridge.Core.Pictures;
using UnityEngine;

namespace LoraBridge.Editor.Window
{
    /// <summary>Decodes PNG and JPEG files into textures for the window.</summary>
    static class Pictures
    {
        // Twice the thumbnail's size in the window, for high-density screens.
        const int ThumbnailEdge = 256;

        /// <summary>
        /// A thumbnail, so that many of them do not fill the graphics card, and the size of the image itself. The caller
        /// destroys it.
        /// </summary>
        public static Texture2D DecodeSmall(byte[] file, out int width, out int height)
        {
            var whole = new Texture2D(2, 2) { hideFlags = HideFlags.HideAndDontSave };
            try
            {
                whole.LoadImage(file, false);
                (width, height) = (whole.width, whole.height);
                var (smallWidth, smallHeight) = Thumbnail.Size(width, height, ThumbnailEdge);
                var small = new byte[smallWidth * smallHeight * 4];
                Thumbnail.Shrink(Bytes(whole.GetPixels32()), width, height, small, smallWidth, smallHeight);
                var texture = new Texture2D(smallWidth, smallHeight, TextureFormat.RGBA32, false) { hideFlags = HideFlags.HideAndDontSave };
                texture.SetPixels32(Colors(small));
                texture.Apply(false, true);
                return texture;
            }
            finally
            {
                Object.DestroyImmediate(whole);
            }
        }

        static byte[] Bytes(Color32[] colors)
        {
            var bytes = new byte[colors.Length * 4];
            for (var i = 0; i < colors.Length; i++)
                (bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2], bytes[4 * i + 3]) = (colors[i].r, colors[i].g, colors[i].b, colors[i].a);
            return bytes;
        }

        static Color32[] Colors(byte[] bytes)
        {
            var colors = new Color32[bytes.Length / 4];
            for (var i = 0; i < colors.Length; i++) colors[i] = new Color32(bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2], bytes[4 * i + 3]);
            return colors;
        }

        /// <summary>The full image. The caller destroys it.</summary>
        public static Texture2D Decode(byte[] file)
        {
            var texture = new Texture2D(2, 2) { hideFlags = HideFlags.HideAndDontSave };
            texture.LoadImage(file, true);
            return texture;
        }
    }
}
