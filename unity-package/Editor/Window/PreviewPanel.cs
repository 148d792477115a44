#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Texts;
using UnityEngine;
using UnityEngine.UIElements;
using Object = UnityEngine.Object;

namespace LoraBridge.Editor.Window
{
    /// <summary>
    /// The previews of the training: the newest large, earlier ones on a slider, and the base model's preview over it with a
    /// wipe.
    /// </summary>
    sealed class PreviewPanel : Panel, IDisposable
    {
        const float Height = 320;

        readonly Label _empty, _caption;
        readonly VisualElement _frame, _before;
        readonly Image _picture, _basePicture;
        readonly SliderInt _steps;
        readonly Slider _wipe;
        readonly Dictionary<Preview, Texture2D> _textures = new Dictionary<Preview, Texture2D>();
        bool _followsNewest = true;

        public PreviewPanel() : base(Text.Previews)
        {
            Add(_empty = new Label(Localization.Get(Text.NoPreviews)));
            Add(_frame = new VisualElement());
            _frame.style.height = Height;
            _frame.Add(_picture = Layer());
            _frame.Add(_before = new VisualElement { tooltip = Localization.Get(Text.BaseModelPicture) });
            _before.style.position = Position.Absolute;
            _before.style.height = Height;
            _before.style.overflow = Overflow.Hidden;
            _before.Add(_basePicture = Layer());
            Add(_caption = new Label { name = "preview-caption" });
            Add(_steps = new SliderInt(0, 0) { name = "preview-steps" });
            _steps.RegisterValueChangedCallback(change =>
            {
                _followsNewest = change.newValue == _steps.highValue;
                ShowChosen();
            });
            Add(_wipe = new Slider(Localization.Get(Text.Wipe), 0, 1) { name = "preview-wipe" });
            _wipe.RegisterValueChangedCallback(_ => Wipe());
        }

        static Image Layer()
        {
            var image = new Image { scaleMode = ScaleMode.StretchToFill };
            image.style.position = Position.Absolute;
            image.style.height = Height;
            return image;
        }

        public void Refresh()
        {
            var previews = LoraBridgeEditor.Training.Previews;
            foreach (var gone in _textures.Keys.Except(previews).ToList())
            {
                Object.DestroyImmediate(_textures[gone]);
                _textures.Remove(gone);
            }
            Show(_empty, previews.Count == 0);
            Show(_frame, previews.Count > 0);
            Show(_caption, previews.Count > 0);
            Show(_steps, previews.Count > 1);
            Show(_wipe, previews.Count > 1 && previews[0].Step == 0);
            if (previews.Count == 0)
            {
                _followsNewest = true;
                return;
            }
            _steps.highValue = previews.Count - 1;
            if (_followsNewest) _steps.SetValueWithoutNotify(previews.Count - 1);
            ShowChosen();
        }

        void ShowChosen()
        {
            var previews = LoraBridgeEditor.Training.Previews;
            var chosen = previews[Mathf.Clamp(_steps.value, 0, previews.Count - 1)];
            ShowIn(_picture, chosen);
            // Step 0 is generated before the first step: the base model.
            if (previews[0].Step == 0) ShowIn(_basePicture, previews[0]);
            _caption.text = Localization.Get(Text.PreviewStep, chosen.Step) + " · " + chosen.Prompt;
            Wipe();
        }

        void ShowIn(Image image, Preview preview)
        {
            if (!_textures.TryGetValue(preview, out var texture)) _textures.Add(preview, texture = Pictures.Decode(preview.Picture));
            image.image = texture;
            image.style.width = Height * texture.width / texture.height;
        }

        void Wipe()
        {
            var width = _picture.image == null ? 0 : Height * _picture.image.width / _picture.image.height;
            _before.style.width = width * _wipe.value;
        }

        public void Dispose()
        {
            foreach (var texture in _textures.Values) Object.DestroyImmediate(texture);
            _textures.Clear();
        }
    }
}
