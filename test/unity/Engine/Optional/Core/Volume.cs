using System;
using System.Collections.Generic;

namespace UnityEngine.Rendering
{
    public interface IVolume
    {
        bool isGlobal { get; set; }
    }

    public class Volume : MonoBehaviour, IVolume
    {
        public bool isGlobal { get; set; } = true;
        public float priority = 0;
        public VolumeProfile sharedProfile = null;
    }

    public sealed class VolumeProfile : ScriptableObject
    {
        public List<VolumeComponent> components = new List<VolumeComponent>();

        public T Add<T>(bool overrides = false) where T : VolumeComponent
        {
            var added = CreateInstance<T>();
            components.Add(added);
            return added;
        }
    }

    public class VolumeComponent : ScriptableObject
    {
    }

    public abstract class VolumeParameter
    {
    }

    public class VolumeParameter<T> : VolumeParameter
    {
        public VolumeParameter() {}

        protected VolumeParameter(T value, bool overrideState) => this.value = value;

        public virtual T value { get; set; }
    }

    public class NoInterpIntParameter : VolumeParameter<int>
    {
        public NoInterpIntParameter(int value, bool overrideState = false) : base(value, overrideState) {}
    }

    public class ColorParameter : VolumeParameter<Color>
    {
        public ColorParameter(Color value, bool overrideState = false) : base(value, overrideState) {}
    }
}
