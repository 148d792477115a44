using UnityEngine;

namespace LoraBridge.Editor.Window
{
    /// <summary>PNG and JPEG files as textures of the window.</summary>
    static class Pictures
    {
        /// <summary>The picture; whoever asks destroys it.</summary>
        public static Texture2D Decode(byte[] file)
        {
            var texture = new Texture2D(2, 2) { hideFlags = HideFlags.HideAndDontSave };
            texture.LoadImage(file, true);
            return texture;
        }
    }
}
