using System;
using System.Collections.Generic;

namespace UnityEngine.UIElements
{
    public interface INotifyValueChanged<T>
    {
        T value { get; set; }
        void SetValueWithoutNotify(T newValue);
    }

    public static class INotifyValueChangedExtensions
    {
        public static bool RegisterValueChangedCallback<T>(this INotifyValueChanged<T> control, EventCallback<ChangeEvent<T>> callback)
        {
            ((CallbackEventHandler)control).RegisterCallback(callback);
            return true;
        }
    }

    public abstract class BaseField<TValueType> : BindableElement, INotifyValueChanged<TValueType>
    {
        TValueType _value;

        internal BaseField(string label) => this.label = label;

        public string label { get; set; }

        public virtual TValueType value
        {
            get => _value;
            set
            {
                if (EqualityComparer<TValueType>.Default.Equals(_value, value)) return;
                var before = _value;
                SetValueWithoutNotify(value);
                Send(new ChangeEvent<TValueType> { previousValue = before, newValue = value });
            }
        }

        public virtual void SetValueWithoutNotify(TValueType newValue) => _value = newValue;
    }

    public abstract class TextInputBaseField<TValueType> : BaseField<TValueType>
    {
        internal TextInputBaseField(string label) : base(label) {}

        public bool isDelayed { get; set; }
        public bool isPasswordField { get; set; }
    }

    public abstract class TextValueField<TValueType> : TextInputBaseField<TValueType>
    {
        internal TextValueField(string label) : base(label) {}
    }

    public class TextField : TextInputBaseField<string>
    {
        public TextField() : this(null) {}

        public TextField(string label) : base(label) {}
    }

    public class IntegerField : TextValueField<int>
    {
        public IntegerField() : base(null) {}
    }

    public class FloatField : TextValueField<float>
    {
        public FloatField() : base(null) {}
    }

    public abstract class BasePopupField<TValueType, TValueChoice> : BaseField<TValueType>
    {
        internal BasePopupField(string label) : base(label) {}

        public virtual List<TValueChoice> choices { get; set; }
    }

    public class PopupField<T> : BasePopupField<T, T>
    {
        internal PopupField(string label, List<T> choices) : base(label) => this.choices = choices;

        public int index
        {
            get => choices.IndexOf(value);
            set => this.value = choices[value];
        }
    }

    public class DropdownField : PopupField<string>
    {
        public DropdownField(string label, List<string> choices, int defaultIndex,
            Func<string, string> formatSelectedValueCallback = null, Func<string, string> formatListItemCallback = null)
            : base(label, choices) => SetValueWithoutNotify(choices[defaultIndex]);
    }

    public abstract class BaseSlider<TValueType> : BaseField<TValueType> where TValueType : IComparable<TValueType>
    {
        internal BaseSlider(string label, TValueType start, TValueType end) : base(label)
        {
            lowValue = start;
            highValue = end;
        }

        public TValueType lowValue { get; set; }
        public TValueType highValue { get; set; }
    }

    public enum SliderDirection
    {
        Horizontal = 0,
    }

    public class Slider : BaseSlider<float>
    {
        public Slider(string label, float start = 0, float end = 10, SliderDirection direction = SliderDirection.Horizontal, float pageSize = 0)
            : base(label, start, end) {}
    }

    public class SliderInt : BaseSlider<int>
    {
        public SliderInt(int start, int end, SliderDirection direction = SliderDirection.Horizontal, float pageSize = 0)
            : base(null, start, end) {}
    }
}
