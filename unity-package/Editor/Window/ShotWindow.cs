#nullable enable
using System.Linq;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEngine;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>One shot at full size: its face, which can be redrawn with the mouse, its caption, and buttons to correct it.</summary>
    public sealed class ShotWindow : EditorWindow
    {
        ShotPage? _page;

        /// <summary>Opens the window on a shot of the gallery.</summary>
        public static ShotWindow Open(GalleryShot shot)
        {
            var window = GetWindow<ShotWindow>(Localization.Get(Text.Shot));
            window.Show(shot);
            return window;
        }

        void OnEnable()
        {
            minSize = new Vector2(360, 420);
            LoraBridgeEditor.Changed += Refresh;
        }

        void CreateGUI()
        {
            // After a domain reload the window is restored, but not its shot.
            if (_page == null) rootVisualElement.Add(new Label(Localization.Get(Text.ShotHint)));
        }

        void OnDisable()
        {
            LoraBridgeEditor.Changed -= Refresh;
            _page?.Dispose();
            _page = null;
        }

        void Show(GalleryShot shot)
        {
            _page?.Dispose();
            rootVisualElement.Clear();
            rootVisualElement.Add(_page = new ShotPage(shot, Close));
            _page.Refresh();
        }

        void Refresh()
        {
            if (!(_page is ShotPage page)) return;
            // A retaken shot replaces the one that is shown.
            var newer = LoraBridgeEditor.Gallery.Shots.FirstOrDefault(shot => shot.Name == page.Shot.Name);
            if (newer != null && newer != page.Shot) Show(newer);
            else page.Refresh();
        }
    }
}
