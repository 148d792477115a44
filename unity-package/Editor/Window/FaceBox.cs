#nullable enable
using LoraBridge.Core.Protocol;
using UnityEngine;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>The rectangle of a face, drawn over an image.</summary>
    sealed class FaceBox : VisualElement
    {
        public FaceBox()
        {
            style.position = Position.Absolute;
            var color = new Color(0.2f, 1, 0.3f);
            style.borderLeftColor = style.borderRightColor = style.borderTopColor = style.borderBottomColor = color;
            style.borderLeftWidth = style.borderRightWidth = style.borderTopWidth = style.borderBottomWidth = 1;
        }

        /// <summary>Shows a face; null hides the box.</summary>
        public static void Show(VisualElement box, Face? face, float scale)
        {
            box.style.display = face == null ? DisplayStyle.None : DisplayStyle.Flex;
            if (face == null) return;
            Place(box, new Rect((float)face.X, (float)face.Y, (float)face.Width, (float)face.Height), scale);
            box.tooltip = $"{face.Source} {face.Confidence:0.00}";
        }

        /// <summary>Places the box, in pixels of the image.</summary>
        public static void Place(VisualElement box, Rect pixels, float scale)
        {
            box.style.display = DisplayStyle.Flex;
            box.style.left = pixels.x * scale;
            box.style.top = pixels.y * scale;
            box.style.width = pixels.width * scale;
            box.style.height = pixels.height * scale;
        }
    }
}
