#nullable enable
using LoraBridge.Core.Framing;
using LoraBridge.Core.Plan;
using UnityEditor;
using UnityEngine;
using UnityEngine.SceneManagement;

namespace LoraBridge.Editor.Stage
{
    /// <summary>The camera in the preview scene. It renders only on request.</summary>
    sealed class StageCamera
    {
        readonly Camera _camera;

        public Transform Transform => _camera.transform;

        public StageCamera(Scene scene, LightRig rig, CleanUp cleanUp)
        {
            var holder = EditorUtility.CreateGameObjectWithHideFlags("LoRA Bridge Camera", HideFlags.HideAndDontSave, typeof(Camera));
            cleanUp.Add(() => Object.DestroyImmediate(holder));
            SceneManager.MoveGameObjectToScene(holder, scene);
            _camera = holder.GetComponent<Camera>();
            _camera.enabled = false;
            // Not CameraType.Preview, for which the pipelines omit effects of a game camera.
            _camera.cameraType = CameraType.Game;
            _camera.scene = scene;
            _camera.clearFlags = CameraClearFlags.SolidColor;
            _camera.renderingPath = RenderingPath.Forward;
            _camera.useOcclusionCulling = false;
            _camera.allowDynamicResolution = false;
            _camera.allowHDR = true;
            _camera.allowMSAA = true;
            PipelineCamera.SetUp(_camera, rig == LightRig.Studio);
        }

        public void Place(CameraPlacement placement)
        {
            _camera.transform.SetPositionAndRotation(placement.Position.ToUnity(), placement.Rotation.ToUnity());
            _camera.fieldOfView = placement.FieldOfView;
            _camera.aspect = (float)placement.Width / placement.Height;
            _camera.nearClipPlane = placement.Near;
            _camera.farClipPlane = placement.Far;
        }

        /// <summary>Renders into a texture, over a plain background.</summary>
        public void Render(RenderTexture target, Color background)
        {
            _camera.backgroundColor = background;
            PipelineCamera.SetBackground(_camera, background);
            _camera.targetTexture = target;
            try
            {
                _camera.Render();
            }
            finally
            {
                // A texture that a camera still points to cannot be released.
                _camera.targetTexture = null;
            }
        }
    }
}
