#nullable enable
using System.Collections.Generic;
using System.Linq;
using UnityEngine;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>The loss over the steps: every value faintly, and the running mean.</summary>
    sealed class LossCurve : VisualElement
    {
        // The loss of a step depends on its random timestep; the mean of this many shows the trend.
        const int Window = 25;

        static readonly Color Faint = new Color(0.5f, 0.6f, 0.8f, 0.35f);
        static readonly Color Strong = new Color(0.35f, 0.6f, 1);

        IReadOnlyList<(int step, float loss)> _points = new (int, float)[0];

        public LossCurve()
        {
            style.height = 120;
            style.backgroundColor = new Color(0, 0, 0, 0.15f);
            generateVisualContent += Draw;
        }

        /// <summary>Replaces the values.</summary>
        public void Set(IReadOnlyList<(int step, float loss)> points)
        {
            _points = points;
            MarkDirtyRepaint();
        }

        void Draw(MeshGenerationContext context)
        {
            if (_points.Count < 2) return;
            Stroke(context.painter2D, _points, Faint, 1);
            Stroke(context.painter2D, Smoothed(_points), Strong, 2);
        }

        internal static List<(int step, float loss)> Smoothed(IReadOnlyList<(int step, float loss)> points)
        {
            var smooth = new List<(int, float)>(points.Count);
            var sum = 0.0;
            for (var i = 0; i < points.Count; i++)
            {
                sum += points[i].loss;
                if (i >= Window) sum -= points[i - Window].loss;
                smooth.Add((points[i].step, (float)(sum / Mathf.Min(i + 1, Window))));
            }
            return smooth;
        }

        void Stroke(Painter2D painter, IReadOnlyList<(int step, float loss)> points, Color color, float width)
        {
            var area = contentRect;
            var (first, last) = (_points[0].step, _points[_points.Count - 1].step);
            var top = _points.Max(point => point.loss);
            painter.strokeColor = color;
            painter.lineWidth = width;
            painter.BeginPath();
            for (var i = 0; i < points.Count; i++)
            {
                var x = area.width * (points[i].step - first) / Mathf.Max(1, last - first);
                var y = top > 0 ? area.height * (1 - points[i].loss / top) : area.height;
                if (i == 0) painter.MoveTo(new Vector2(x, y));
                else painter.LineTo(new Vector2(x, y));
            }
            painter.Stroke();
        }
    }
}
