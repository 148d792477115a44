namespace UnityEngine.UIElements
{
    public enum DisplayStyle
    {
        Flex = 0,
        None = 1,
    }

    public enum FlexDirection
    {
        Row = 2,
    }

    public enum Wrap
    {
        Wrap = 1,
    }

    public enum WhiteSpace
    {
        Normal = 0,
    }

    public enum Position
    {
        Absolute = 1,
    }

    public enum Overflow
    {
        Hidden = 1,
    }

    public struct Length
    {
        public float value { get; set; }

        public static implicit operator Length(float value) => new Length { value = value };
    }

    public struct StyleLength
    {
        public Length value { get; set; }

        public static implicit operator StyleLength(float v) => new StyleLength { value = v };
    }

    public struct StyleFloat
    {
        public float value { get; set; }

        public static implicit operator StyleFloat(float v) => new StyleFloat { value = v };
    }

    public struct StyleColor
    {
        public Color value { get; set; }

        public static implicit operator StyleColor(Color v) => new StyleColor { value = v };
    }

    public struct StyleEnum<T> where T : struct, System.IConvertible
    {
        public T value { get; set; }

        public static implicit operator StyleEnum<T>(T v) => new StyleEnum<T> { value = v };
    }

    public interface IStyle
    {
        StyleColor backgroundColor { get; set; }
        StyleColor borderBottomColor { get; set; }
        StyleFloat borderBottomWidth { get; set; }
        StyleColor borderLeftColor { get; set; }
        StyleFloat borderLeftWidth { get; set; }
        StyleColor borderRightColor { get; set; }
        StyleFloat borderRightWidth { get; set; }
        StyleColor borderTopColor { get; set; }
        StyleFloat borderTopWidth { get; set; }
        StyleEnum<DisplayStyle> display { get; set; }
        StyleEnum<FlexDirection> flexDirection { get; set; }
        StyleFloat flexGrow { get; set; }
        StyleEnum<Wrap> flexWrap { get; set; }
        StyleLength height { get; set; }
        StyleLength left { get; set; }
        StyleLength marginBottom { get; set; }
        StyleLength marginLeft { get; set; }
        StyleLength marginRight { get; set; }
        StyleLength marginTop { get; set; }
        StyleFloat opacity { get; set; }
        StyleEnum<Overflow> overflow { get; set; }
        StyleLength paddingLeft { get; set; }
        StyleLength paddingRight { get; set; }
        StyleLength paddingTop { get; set; }
        StyleEnum<Position> position { get; set; }
        StyleLength top { get; set; }
        StyleEnum<FontStyle> unityFontStyleAndWeight { get; set; }
        StyleEnum<WhiteSpace> whiteSpace { get; set; }
        StyleLength width { get; set; }
    }

    sealed class Style : IStyle
    {
        public StyleColor backgroundColor { get; set; }
        public StyleColor borderBottomColor { get; set; }
        public StyleFloat borderBottomWidth { get; set; }
        public StyleColor borderLeftColor { get; set; }
        public StyleFloat borderLeftWidth { get; set; }
        public StyleColor borderRightColor { get; set; }
        public StyleFloat borderRightWidth { get; set; }
        public StyleColor borderTopColor { get; set; }
        public StyleFloat borderTopWidth { get; set; }
        public StyleEnum<DisplayStyle> display { get; set; }
        public StyleEnum<FlexDirection> flexDirection { get; set; }
        public StyleFloat flexGrow { get; set; }
        public StyleEnum<Wrap> flexWrap { get; set; }
        public StyleLength height { get; set; }
        public StyleLength left { get; set; }
        public StyleLength marginBottom { get; set; }
        public StyleLength marginLeft { get; set; }
        public StyleLength marginRight { get; set; }
        public StyleLength marginTop { get; set; }
        public StyleFloat opacity { get; set; }
        public StyleEnum<Overflow> overflow { get; set; }
        public StyleLength paddingLeft { get; set; }
        public StyleLength paddingRight { get; set; }
        public StyleLength paddingTop { get; set; }
        public StyleEnum<Position> position { get; set; }
        public StyleLength top { get; set; }
        public StyleEnum<FontStyle> unityFontStyleAndWeight { get; set; }
        public StyleEnum<WhiteSpace> whiteSpace { get; set; }
        public StyleLength width { get; set; }
    }
}

namespace UnityEngine
{
    public enum FontStyle
    {
        Bold = 1,
    }
}
