using DeclaredUnity;
using UnityEngine.SceneManagement;

namespace UnityEngine
{
    public sealed class Camera : Behaviour
    {
        Scene _scene;

        public Scene scene
        {
            get => _scene;
            set
            {
                Calls.Note("Camera.scene");
                _scene = value;
            }
        }

        RenderTexture _targetTexture;

        public RenderTexture targetTexture
        {
            get => _targetTexture;
            set
            {
                _targetTexture = value;
                Calls.Note("Camera.targetTexture");
            }
        }

        public CameraType cameraType { get; set; }
        public CameraClearFlags clearFlags { get; set; }
        public Color backgroundColor { get; set; }
        public RenderingPath renderingPath { get; set; }
        public bool useOcclusionCulling { get; set; }
        public bool allowDynamicResolution { get; set; }
        public bool allowHDR { get; set; }
        public bool allowMSAA { get; set; }
        public float fieldOfView { get; set; }
        public float aspect { get; set; }
        public float nearClipPlane { get; set; }
        public float farClipPlane { get; set; }

        public void Render()
        {
            Calls.Note("Camera.Render");
            targetTexture.Background = backgroundColor;
        }
    }

    public enum CameraType
    {
        Game = 1,
    }

    public enum CameraClearFlags
    {
        SolidColor = 2,
    }

    public enum RenderingPath
    {
        Forward = 1,
    }
}
