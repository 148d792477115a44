namespace UnityEngine.Rendering.Universal
{
    public enum AntialiasingMode
    {
        None = 0,
    }

    public class UniversalAdditionalCameraData : MonoBehaviour
    {
        public bool renderPostProcessing { get; set; }
        public AntialiasingMode antialiasing { get; set; }
        public bool dithering { get; set; }
        public bool stopNaN { get; set; }
        public LayerMask volumeLayerMask { get; set; }
    }

    public class UniversalAdditionalLightData : MonoBehaviour
    {
    }
}
