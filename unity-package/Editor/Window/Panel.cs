#nullable enable
using LoraBridge.Editor.Texts;
using UnityEngine;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>A titled part of the window.</summary>
    abstract class Panel : VisualElement
    {
        protected Panel(Text title)
        {
            style.marginLeft = style.marginRight = style.marginBottom = 6;
            var label = new Label(Localization.Get(title));
            label.style.unityFontStyleAndWeight = FontStyle.Bold;
            label.style.marginTop = 8;
            Add(label);
        }

        /// <summary>Shows an element, or removes it from the layout.</summary>
        protected static void Show(VisualElement element, bool isShown)
          => element.style.display = isShown ? DisplayStyle.Flex : DisplayStyle.None;
    }
}
