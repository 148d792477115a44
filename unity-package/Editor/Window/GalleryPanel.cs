#nullable enable
using System;
using System.Collections.Generic;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Texts;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>The shots as they arrive, newest first.</summary>
    sealed class GalleryPanel : Panel, IDisposable
    {
        readonly Label _empty;
        readonly VisualElement _grid;
        readonly Dictionary<GalleryShot, ShotView> _views = new Dictionary<GalleryShot, ShotView>();

        public GalleryPanel() : base(Text.Gallery)
        {
            Add(_empty = new Label(Localization.Get(Text.GalleryEmpty)));
            Add(_grid = new VisualElement());
            _grid.style.flexDirection = FlexDirection.Row;
            _grid.style.flexWrap = Wrap.Wrap;
        }

        public void Refresh()
        {
            var shots = LoraBridgeEditor.Gallery.Shots;
            Show(_empty, shots.Count == 0);
            var gone = new HashSet<GalleryShot>(_views.Keys);
            gone.ExceptWith(shots);
            foreach (var shot in gone)
            {
                _grid.Remove(_views[shot]);
                _views[shot].Dispose();
                _views.Remove(shot);
            }
            var isNew = false;
            foreach (var shot in shots)
            {
                if (!_views.TryGetValue(shot, out var view))
                {
                    _views.Add(shot, view = new ShotView(shot));
                    isNew = true;
                }
                view.Refresh();
            }
            // Shots of an earlier domain are older than those already shown.
            if (!isNew) return;
            foreach (var shot in shots) _grid.Insert(0, _views[shot]);
        }

        public void Dispose()
        {
            foreach (var view in _views.Values) view.Dispose();
            _views.Clear();
            _grid.Clear();
        }
    }
}
