#nullable enable
using System;
using System.Linq;
using LoraBridge.Core.Pictures;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Texts;
using UnityEngine;
using UnityEngine.UIElements;
using Object = UnityEngine.Object;

namespace LoraBridge.Editor.Window
{
    /// <summary>The contents of <see cref="ShotWindow"/> for one shot: image, advice, caption and buttons.</summary>
    sealed class ShotPage : ScrollView, IDisposable
    {
        const float Edge = 640;

        readonly Texture2D _texture;
        readonly PictureFit _fit;
        readonly VisualElement _face = new FaceBox();
        readonly Label _advice = new Label { name = "shot-advice" };
        readonly Button _exclude, _retake;
        Vector2? _begin;

        public ShotPage(GalleryShot shot, Action close)
        {
            Shot = shot;
            _texture = Pictures.Decode(shot.Png);
            _fit = new PictureFit(_texture.width, _texture.height, Edge, Edge);
            Add(new Label(shot.Name));
            Add(MakePicture());
            Add(_advice);
            _advice.style.whiteSpace = WhiteSpace.Normal;
            Add(MakeCaption());
            var corrections = LoraBridgeEditor.Session.Corrections;
            var row = new VisualElement();
            row.style.flexDirection = FlexDirection.Row;
            row.Add(_exclude = new Button(() => corrections.Exclude(shot, !shot.IsExcluded)) { name = "shot-exclude" });
            row.Add(_retake = new Button(() => corrections.Retake(shot)) { name = "shot-retake", text = Localization.Get(Text.Retake) });
            row.Add(new Button(() =>
            {
                corrections.Delete(shot);
                close();
            }) { name = "shot-delete", text = Localization.Get(Text.Delete) });
            Add(row);
        }

        /// <summary>The shot that the page shows.</summary>
        public GalleryShot Shot { get; }

        Image MakePicture()
        {
            var picture = new Image { name = "shot-picture", image = _texture, scaleMode = ScaleMode.StretchToFill, tooltip = Localization.Get(Text.DrawFace) };
            picture.style.width = _texture.width * _fit.Scale;
            picture.style.height = _texture.height * _fit.Scale;
            picture.Add(_face);
            picture.RegisterCallback<PointerDownEvent>(down => _begin = new Vector2(down.localPosition.x, down.localPosition.y));
            picture.RegisterCallback<PointerMoveEvent>(move =>
            {
                if (Drawn(move.localPosition) is Rect box) FaceBox.Place(_face, box, _fit.Scale);
            });
            picture.RegisterCallback<PointerUpEvent>(up =>
            {
                if (Drawn(up.localPosition) is Rect box) LoraBridgeEditor.Session.Corrections.SetHead(Shot, box);
                _begin = null;
            });
            return picture;
        }

        Rect? Drawn(Vector3 to) => _begin is Vector2 from && _fit.Between(from.x, from.y, to.x, to.y) is var (x, y, width, height)
            ? new Rect(x, y, width, height) : default(Rect?);

        TextField MakeCaption()
        {
            var caption = new TextField(Localization.Get(Text.Caption))
            {
                name = "shot-caption", isDelayed = true, value = Shot.Caption, tooltip = Localization.Get(Text.CaptionHint),
            };
            caption.RegisterValueChangedCallback(change => LoraBridgeEditor.Session.Corrections.SetCaption(Shot, change.newValue));
            return caption;
        }

        /// <summary>Updates what changes while the page is open.</summary>
        public void Refresh()
        {
            _exclude.text = Localization.Get(Shot.IsExcluded ? Text.Include : Text.Exclude);
            _retake.SetEnabled(LoraBridgeEditor.Session.Corrections.CanRetake(Shot));
            _advice.text = string.Join("\n", Shot.Advice.Select(advice => Localization.Get(ShotTexts.Of(advice))));
            FaceBox.Show(_face, Shot.Face, _fit.Scale);
        }

        public void Dispose() => Object.DestroyImmediate(_texture);
    }
}
