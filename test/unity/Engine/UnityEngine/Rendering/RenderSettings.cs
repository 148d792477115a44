using DeclaredUnity;
using UnityEngine.Rendering;

namespace UnityEngine
{
    public sealed class RenderSettings : Object
    {
        /// <summary>The open scene's settings, and those of a preview scene while it overrides them.</summary>
        internal sealed class Values
        {
            public AmbientMode AmbientMode;
            public Color AmbientLight;
            public float ReflectionIntensity = 1;
            public DefaultReflectionMode ReflectionMode;
            public Texture Reflection;
            public bool Fog;
        }

        RenderSettings() {}

        internal static Values Own = new Values(), Override;

        static Values Current => Override ?? Own;

        public static bool fog => Current.Fog;

        public static DefaultReflectionMode defaultReflectionMode
        {
            get => Current.ReflectionMode;
            set
            {
                Calls.Note("RenderSettings.defaultReflectionMode");
                Current.ReflectionMode = value;
            }
        }

        public static Texture customReflectionTexture
        {
            get => Current.Reflection;
            set
            {
                Calls.Note("RenderSettings.customReflectionTexture");
                Current.Reflection = value;
            }
        }

        public static AmbientMode ambientMode
        {
            get => Current.AmbientMode;
            set
            {
                Calls.Note("RenderSettings.ambientMode");
                Current.AmbientMode = value;
            }
        }

        public static Color ambientLight
        {
            get => Current.AmbientLight;
            set
            {
                Calls.Note("RenderSettings.ambientLight");
                Current.AmbientLight = value;
            }
        }

        public static float reflectionIntensity
        {
            get => Current.ReflectionIntensity;
            set
            {
                Calls.Note("RenderSettings.reflectionIntensity");
                Current.ReflectionIntensity = value;
            }
        }
    }
}

namespace UnityEngine.Rendering
{
    public enum DefaultReflectionMode
    {
        Skybox = 0,
        Custom = 1,
    }

    public enum AmbientMode
    {
        Flat = 3,
    }
}
