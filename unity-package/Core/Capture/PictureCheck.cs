#nullable enable
namespace LoraBridge.Core.Capture
{
    /// <summary>Notices a picture that shows nothing, which a failing renderer produces without an error.</summary>
    static class PictureCheck
    {
        // The darkest colour that a texture artist uses is brighter than this in some channel of some pixel.
        const int Black = 2;

        /// <param name="rgba">Four bytes for each pixel.</param>
        /// <param name="name">The shot, for the message.</param>
        /// <exception cref="CaptureException">Nothing is there, or all that is there is black.</exception>
        public static void Check(byte[] rgba, string name)
        {
            var isThere = false;
            for (var i = 0; i < rgba.Length; i += 4)
            {
                if (rgba[i + 3] == 0) continue;
                isThere = true;
                if (rgba[i] > Black || rgba[i + 1] > Black || rgba[i + 2] > Black) return;
            }
            if (!isThere)
                throw new CaptureException("state.shot.empty", $"The shot {name} is empty: nothing of the character was rendered.",
                    "Look at the console for errors of the render pipeline, and check that the character's layer and shaders are rendered by it.");
            throw new CaptureException("state.shot.black", $"The shot {name} is black all over.",
                "Look at the console for errors of the render pipeline. Where the lights of the scene are used, switch some on, or take the studio's.");
        }
    }
}
