using System;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Texts;
using UnityEngine;
using UnityEngine.UIElements;
using Object = UnityEngine.Object;

namespace LoraBridge.Editor.Window
{
    /// <summary>One shot of the gallery: its picture, the face that the daemon saw, and what became of it.</summary>
    sealed class ShotView : VisualElement, IDisposable
    {
        const float Edge = 128;
        // Above this share a material is not merely noisy at an edge.
        const float Unsure = 0.02f;

        readonly GalleryShot _shot;
        readonly Texture2D _texture;
        readonly float _scale;
        readonly VisualElement _face;
        readonly Label _state;

        public ShotView(GalleryShot shot)
        {
            _shot = shot;
            _texture = Pictures.DecodeSmall(shot.Png, out var width, out var height);
            style.width = Edge;
            style.marginRight = style.marginBottom = 4;
            var picture = new Image { image = _texture, scaleMode = ScaleMode.StretchToFill };
            // As large as the picture itself, so that the face's rectangle needs no margins.
            _scale = Edge / Mathf.Max(width, height);
            picture.style.width = width * _scale;
            picture.style.height = height * _scale;
            Add(picture);
            picture.Add(_face = new VisualElement());
            _face.style.position = Position.Absolute;
            var color = new Color(0.2f, 1, 0.3f);
            _face.style.borderLeftColor = _face.style.borderRightColor = _face.style.borderTopColor = _face.style.borderBottomColor = color;
            _face.style.borderLeftWidth = _face.style.borderRightWidth = _face.style.borderTopWidth = _face.style.borderBottomWidth = 1;
            Add(new Label(shot.Name) { tooltip = shot.Name });
            Add(_state = new Label());
            _state.style.whiteSpace = WhiteSpace.Normal;
        }

        public void Refresh()
        {
            _state.text = _shot.Error != null ? Localization.Get(Text.ShotRejected, _shot.Error)
                : _shot.Disagreement > Unsure ? Localization.Get(Text.ShotUnsure, _shot.Disagreement * 100)
                : Localization.Get(_shot.IsInspected ? Text.ShotInspected : Text.ShotSafe);
            _face.style.display = _shot.Face == null ? DisplayStyle.None : DisplayStyle.Flex;
            if (_shot.Face is Face face) Place(face);
        }

        void Place(Face face)
        {
            _face.style.left = (float)face.X * _scale;
            _face.style.top = (float)face.Y * _scale;
            _face.style.width = (float)face.Width * _scale;
            _face.style.height = (float)face.Height * _scale;
            _face.tooltip = $"{face.Source} {face.Confidence:0.00}";
        }

        public void Dispose() => Object.DestroyImmediate(_texture);
    }
}
