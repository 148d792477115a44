using System;

namespace UnityEngine
{
#if UNITY_6000_3_OR_NEWER
    [AttributeUsage(AttributeTargets.Field)]
#endif
    public sealed class SerializeField : Attribute
    {
    }

#if UNITY_6000_0_OR_NEWER
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = true, AllowMultiple = false)]
#else
    [AttributeUsage(AttributeTargets.Field, Inherited = true, AllowMultiple = false)]
#endif
    public abstract class PropertyAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.All, Inherited = true, AllowMultiple = false)]
    public class TooltipAttribute : PropertyAttribute
    {
        public TooltipAttribute(string tooltip) {}
    }

#if UNITY_6000_0_OR_NEWER
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = true, AllowMultiple = false)]
#else
    [AttributeUsage(AttributeTargets.Field, Inherited = true, AllowMultiple = false)]
#endif
    public sealed class RangeAttribute : PropertyAttribute
    {
        public RangeAttribute(float min, float max) {}
    }

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public class HelpURLAttribute : Attribute
    {
        public HelpURLAttribute(string url) {}
    }

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
    public sealed class CreateAssetMenuAttribute : Attribute
    {
        public string menuName { get; set; }
        public string fileName { get; set; }
    }
}
