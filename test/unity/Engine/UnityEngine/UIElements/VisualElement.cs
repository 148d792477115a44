using System;
using System.Collections.Generic;
using System.Linq;

namespace UnityEngine.UIElements
{
    public partial class VisualElement : Focusable
    {
        readonly List<VisualElement> _children = new List<VisualElement>();

        public string name { get; set; } = "";
        public string tooltip { get; set; } = "";
        public IStyle style { get; } = new Style();
        public VisualElement parent { get; private set; }
        public int childCount => contentContainer._children.Count;
        public Rect contentRect => new Rect(0, 0, 200, 100);
        public virtual VisualElement contentContainer => this;
        public bool enabledSelf { get; private set; } = true;
        public Action<MeshGenerationContext> generateVisualContent { get; set; }

        public void Add(VisualElement child) => Insert(childCount, child);

        public void Insert(int index, VisualElement element)
        {
            var place = contentContainer;
            element.parent?._children.Remove(element);
            place._children.Insert(index, element);
            element.parent = place;
        }

        public void Remove(VisualElement element)
        {
            contentContainer._children.Remove(element);
            element.parent = null;
        }

        public void Clear()
        {
            foreach (var child in contentContainer._children.ToArray()) Remove(child);
        }

        public IEnumerable<VisualElement> Children() => contentContainer._children;

        public void SetEnabled(bool value) => enabledSelf = value;

        public void MarkDirtyRepaint() => generateVisualContent?.Invoke(new MeshGenerationContext());

        /// <summary>The element and all below it, also those of its own making.</summary>
        internal IEnumerable<VisualElement> Family => new[] { this }.Concat(_children.SelectMany(child => child.Family));

        /// <summary>For elements that consist of others besides their content.</summary>
        internal void AddOwn(VisualElement child)
        {
            _children.Add(child);
            child.parent = this;
        }
    }

    public class MeshGenerationContext
    {
        internal MeshGenerationContext() {}

        public Painter2D painter2D { get; } = new Painter2D();
    }

    public class Painter2D
    {
        internal static readonly List<string> Strokes = new List<string>();

        public Color strokeColor { get; set; }
        public float lineWidth { get; set; }

        public void BeginPath() => Strokes.Add("begin");
        public void MoveTo(Vector2 pos) => Strokes.Add($"move {pos}");
        public void LineTo(Vector2 pos) => Strokes.Add($"line {pos}");
        public void Stroke() => Strokes.Add("stroke");
    }
}
