#nullable enable
namespace LoraBridge.Core.Capture
{
    /// <summary>Detects an empty or black image, which a failing renderer produces without an error.</summary>
    static class PictureCheck
    {
        // Even a character that is painted black exceeds this in some channel of some pixel.
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
                throw new CaptureException("state.shot.empty", $"The shot {name} is empty: the character was not rendered.",
                    "Check the console for errors of the render pipeline, and that it renders the character's layer and shaders.");
            throw new CaptureException("state.shot.black", $"The shot {name} is entirely black.",
                "Check the console for errors of the render pipeline. If the plan uses the scene's lights, switch some on, or use the studio lights.");
        }
    }
}
