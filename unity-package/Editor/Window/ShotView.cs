#nullable enable
using System;
using System.Linq;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Texts;
using UnityEngine;
using UnityEngine.UIElements;
using Object = UnityEngine.Object;

namespace LoraBridge.Editor.Window
{
    /// <summary>One shot of the gallery: its image, the detected face, and its state.</summary>
    sealed class ShotView : VisualElement, IDisposable
    {
        const float Edge = 128;
        // Above this share it is the material, not just noise at edges.
        const float Unsure = 0.02f;
        const float Faded = 0.35f;

        readonly GalleryShot _shot;
        readonly Texture2D _texture;
        readonly float _scale;
        readonly VisualElement _face;
        readonly Label _state, _advice;

        public ShotView(GalleryShot shot)
        {
            _shot = shot;
            _texture = Pictures.DecodeSmall(shot.Png, out var width, out var height);
            style.width = Edge;
            style.marginRight = style.marginBottom = 4;
            var picture = new Image { image = _texture, scaleMode = ScaleMode.StretchToFill };
            // Sized by the image's aspect ratio, so that the face's rectangle needs no offset.
            _scale = Edge / Mathf.Max(width, height);
            picture.style.width = width * _scale;
            picture.style.height = height * _scale;
            Add(picture);
            picture.Add(_face = new FaceBox());
            Add(new Label(shot.Name) { tooltip = shot.Name });
            Add(_state = new Label());
            Add(_advice = new Label { name = "shot-advice" });
            _state.style.whiteSpace = _advice.style.whiteSpace = WhiteSpace.Normal;
            tooltip = Localization.Get(Text.ShotHint);
            RegisterCallback<ClickEvent>(_ => ShotWindow.Open(_shot));
        }

        public void Refresh()
        {
            style.opacity = _shot.IsExcluded ? Faded : 1;
            _advice.text = string.Join("\n", _shot.Advice.Select(advice => Localization.Get(ShotTexts.Of(advice))));
            _advice.style.display = _shot.Advice.Count > 0 ? DisplayStyle.Flex : DisplayStyle.None;
            _state.text = _shot.IsExcluded ? Localization.Get(Text.ShotExcluded)
                : _shot.Error != null ? Localization.Get(Text.ShotRejected, _shot.Error)
                : _shot.Disagreement > Unsure ? Localization.Get(Text.ShotUnsure, _shot.Disagreement * 100)
                : Localization.Get(_shot.IsInspected ? Text.ShotInspected : Text.ShotSafe);
            FaceBox.Show(_face, _shot.Face, _scale);
        }

        public void Dispose() => Object.DestroyImmediate(_texture);
    }
}
