using System;

namespace UnityEngine.UIElements
{
    public class BindableElement : VisualElement
    {
    }

    public class TextElement : BindableElement
    {
        public virtual string text { get; set; } = "";
    }

    public class Label : TextElement
    {
        public Label() {}

        public Label(string text) => this.text = text;
    }

    public class Button : TextElement
    {
        public Button(Action clickEvent) => clicked += clickEvent;

        public event Action clicked;

        /// <summary>What a mouse does.</summary>
        internal void Press()
        {
            if (enabledSelf) clicked?.Invoke();
        }
    }

    public enum HelpBoxMessageType
    {
        None = 0,
        Info = 1,
        Warning = 2,
        Error = 3,
    }

    public class HelpBox : VisualElement
    {
        public HelpBox(string text, HelpBoxMessageType messageType)
        {
            this.text = text;
            this.messageType = messageType;
        }

        public string text { get; set; }
        public HelpBoxMessageType messageType { get; set; }
    }

    public class Image : VisualElement
    {
        public Texture image { get; set; }
        public ScaleMode scaleMode { get; set; }
    }

    public class ScrollView : VisualElement
    {
        readonly VisualElement _content = new VisualElement();

        public ScrollView() => AddOwn(_content);

        public override VisualElement contentContainer => _content ?? this;
    }

    public abstract class AbstractProgressBar : BindableElement
    {
        public AbstractProgressBar() {}

        public float lowValue { get; set; }
        public float highValue { get; set; }
        public virtual float value { get; set; }
    }

    public class ProgressBar : AbstractProgressBar
    {
    }
}

namespace UnityEngine
{
    public enum ScaleMode
    {
        StretchToFill = 0,
        ScaleToFit = 2,
    }
}
