namespace UnityEngine
{
    public sealed partial class Light : Behaviour
    {
        public LightType type { get; set; }
        public float intensity { get; set; }
        public LightShadows shadows { get; set; }
    }

    public enum LightType
    {
        Directional = 1,
    }

    public enum LightShadows
    {
        None = 0,
    }
}
