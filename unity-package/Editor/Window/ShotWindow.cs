using System.Linq;
using LoraBridge.Core.Pictures;
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
        const float Edge = 640;

        GalleryShot _shot;
        Texture2D _texture;
        Image _picture;
        VisualElement _face;
        Label _advice;
        Button _exclude, _retake;
        PictureFit _fit;
        Vector2? _begin;

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
            if (_shot == null) rootVisualElement.Add(new Label(Localization.Get(Text.ShotHint)));
        }

        void OnDisable()
        {
            LoraBridgeEditor.Changed -= Refresh;
            if (_texture != null) DestroyImmediate(_texture);
            _texture = null;
        }

        void Show(GalleryShot shot)
        {
            _shot = shot;
            if (_texture != null) DestroyImmediate(_texture);
            _texture = Pictures.Decode(shot.Png);
            _fit = new PictureFit(_texture.width, _texture.height, Edge, Edge);
            rootVisualElement.Clear();
            var page = new ScrollView();
            rootVisualElement.Add(page);
            page.Add(new Label(shot.Name));
            page.Add(_picture = MakePicture());
            page.Add(_advice = new Label { name = "shot-advice" });
            _advice.style.whiteSpace = WhiteSpace.Normal;
            page.Add(MakeCaption());
            page.Add(MakeButtons());
            Refresh();
        }

        Image MakePicture()
        {
            var picture = new Image { name = "shot-picture", image = _texture, scaleMode = ScaleMode.StretchToFill, tooltip = Localization.Get(Text.DrawFace) };
            picture.style.width = _texture.width * _fit.Scale;
            picture.style.height = _texture.height * _fit.Scale;
            picture.Add(_face = new FaceBox());
            picture.RegisterCallback<PointerDownEvent>(down => _begin = new Vector2(down.localPosition.x, down.localPosition.y));
            picture.RegisterCallback<PointerMoveEvent>(move =>
            {
                if (Drawn(move.localPosition) is Rect box) FaceBox.Place(_face, box, _fit.Scale);
            });
            picture.RegisterCallback<PointerUpEvent>(up =>
            {
                if (Drawn(up.localPosition) is Rect box) LoraBridgeEditor.Session.Corrections.SetHead(_shot, box);
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
                name = "shot-caption", isDelayed = true, value = _shot.Caption, tooltip = Localization.Get(Text.CaptionHint),
            };
            caption.RegisterValueChangedCallback(change => LoraBridgeEditor.Session.Corrections.SetCaption(_shot, change.newValue));
            return caption;
        }

        VisualElement MakeButtons()
        {
            var corrections = LoraBridgeEditor.Session.Corrections;
            var row = new VisualElement();
            row.style.flexDirection = FlexDirection.Row;
            row.Add(_exclude = new Button(() => corrections.Exclude(_shot, !_shot.IsExcluded)) { name = "shot-exclude" });
            row.Add(_retake = new Button(() => corrections.Retake(_shot)) { name = "shot-retake", text = Localization.Get(Text.Retake) });
            row.Add(new Button(() =>
            {
                corrections.Delete(_shot);
                Close();
            }) { name = "shot-delete", text = Localization.Get(Text.Delete) });
            return row;
        }

        void Refresh()
        {
            if (_shot == null || _picture == null) return;
            // A retaken shot replaces the one that is shown.
            var newer = LoraBridgeEditor.Gallery.Shots.FirstOrDefault(shot => shot.Name == _shot.Name);
            if (newer != null && newer != _shot)
            {
                Show(newer);
                return;
            }
            _exclude.text = Localization.Get(_shot.IsExcluded ? Text.Include : Text.Exclude);
            _retake.SetEnabled(LoraBridgeEditor.Session.Corrections.CanRetake(_shot));
            _advice.text = string.Join("\n", _shot.Advice.Select(advice => Localization.Get(ShotTexts.Of(advice))));
            FaceBox.Show(_face, _shot.Face, _fit.Scale);
        }
    }
}
