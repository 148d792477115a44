#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using UnityEditor;
using UnityEngine;
using UnityEngine.Rendering;
using UnityEngine.SceneManagement;

namespace LoraBridge.Editor.Stage
{
    /// <summary>Lights in the preview scene: studio lights that follow the camera, or copies of the open scenes' lights.</summary>
    sealed class StageLights
    {
        readonly LightRig _rig;
        readonly Scene _scene;
        readonly StudioReflection? _reflection;

        public StageLights(LightRig rig, CharacterClone clone, Transform camera, CleanUp cleanUp)
        {
            _rig = rig;
            _scene = clone.Scene;
            if (rig == LightRig.Studio)
            {
                foreach (var lamp in StudioLight.Lamps) Add(lamp, camera, cleanUp);
                _reflection = new StudioReflection(cleanUp);
                PipelineSky.SetUp(_scene, cleanUp);
            }
            else
                foreach (var original in LightsOfOpenScenes()) Copy(original, clone, cleanUp);
        }

        void Add(StudioLight.Lamp lamp, Transform camera, CleanUp cleanUp)
        {
            var light = CreateLight(cleanUp);
            light.transform.SetParent(camera, false);
            light.transform.localRotation = Quaternion.Euler(lamp.Pitch, lamp.Yaw, 0);
            light.type = LightType.Directional;
            light.intensity = PipelineLight.Intensity(lamp.Share);
            light.shadows = LightShadows.None;
        }

        // Object.FindObjectsByType would do, but no overload of it is free of warnings in every version.
        static IEnumerable<Light> LightsOfOpenScenes()
          => Enumerable.Range(0, SceneManager.sceneCount).Select(SceneManager.GetSceneAt).Where(scene => scene.isLoaded)
              .SelectMany(scene => scene.GetRootGameObjects()).SelectMany(root => root.GetComponentsInChildren<Light>())
              .Where(light => light.isActiveAndEnabled);

        Light CreateLight(CleanUp cleanUp)
        {
            var holder = EditorUtility.CreateGameObjectWithHideFlags("LoRA Bridge Light", HideFlags.HideAndDontSave, typeof(Light));
            cleanUp.Add(() => Object.DestroyImmediate(holder));
            SceneManager.MoveGameObjectToScene(holder, _scene);
            return holder.GetComponent<Light>();
        }

        void Copy(Light original, CharacterClone clone, CleanUp cleanUp)
        {
            var light = CreateLight(cleanUp);
            EditorUtility.CopySerialized(original, light);
            PipelineLight.Copy(original, light);
            // The character is moved to the origin: move its lights in the same way.
            var place = clone.Source.transform;
            var isInScene = !EditorUtility.IsPersistent(clone.Source);
            var turn = isInScene ? clone.OwnRotation * Quaternion.Inverse(place.rotation) : Quaternion.identity;
            var origin = isInScene ? place.position : Vector3.zero;
            light.transform.SetPositionAndRotation
              (turn * (original.transform.position - origin), turn * original.transform.rotation);
        }

        /// <summary>
        /// Renders with the studio's ambient light instead of the open scene's, and without fog, which would tint a character
        /// seen from far away with a narrow field of view. Restores everything before it returns.
        /// </summary>
        public void RenderWith(System.Action render)
        {
            var fog = RenderSettings.fog;
            var usedPipeline = Unsupported.useScriptableRenderPipeline;
            var isOverridden = false;
            try
            {
                Unsupported.useScriptableRenderPipeline = true;
                if (_rig == LightRig.Studio)
                {
                    // From here on RenderSettings are those of the preview scene.
                    isOverridden = Unsupported.SetOverrideLightingSettings(_scene);
                    if (isOverridden)
                    {
                        RenderSettings.ambientMode = AmbientMode.Flat;
                        RenderSettings.ambientLight = PipelineLight.Ambient;
                        _reflection?.Show();
                    }
                }
                Unsupported.SetRenderSettingsUseFogNoDirty(false);
                render();
            }
            finally
            {
                Restore(isOverridden, fog, usedPipeline);
            }
        }

        static void Restore(bool isOverridden, bool fog, bool usedPipeline)
        {
            var cleanUp = new CleanUp();
            cleanUp.Add(() => Unsupported.useScriptableRenderPipeline = usedPipeline);
            // Runs last, when RenderSettings are those of the open scene again.
            cleanUp.Add(() => Unsupported.SetRenderSettingsUseFogNoDirty(fog));
            if (isOverridden) cleanUp.Add(Unsupported.RestoreOverrideLightingSettings);
            cleanUp.Run();
        }
    }
}
