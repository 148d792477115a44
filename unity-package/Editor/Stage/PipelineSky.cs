#nullable enable
#if LORA_BRIDGE_HDRP
using LoraBridge.Core.Capture;
using UnityEditor;
using UnityEngine;
using UnityEngine.Rendering;
using UnityEngine.Rendering.HighDefinition;
#endif
using UnityEngine.SceneManagement;

namespace LoraBridge.Editor.Stage
{
    /// <summary>
    /// The studio's ambient light in HDRP, which reads ambient light and reflections not from <c>RenderSettings</c> but from a sky: one of a single
    /// colour, in a volume of the preview scene.
    /// </summary>
    static class PipelineSky
    {
        public static void SetUp(Scene scene, CleanUp cleanUp)
        {
#if LORA_BRIDGE_HDRP
            if (!(GraphicsSettings.currentRenderPipeline is HDRenderPipelineAsset)) return;
            var profile = ScriptableObject.CreateInstance<VolumeProfile>();
            cleanUp.Add(() => Destroy(profile));
            profile.hideFlags = HideFlags.HideAndDontSave;
            var environment = profile.Add<VisualEnvironment>(true);
            environment.skyType.value = (int)SkyType.Gradient;
            environment.skyAmbientMode.value = SkyAmbientMode.Dynamic;
            var sky = profile.Add<GradientSky>(true);
            // High dynamic range colours are linear.
            var colour = new Color(StudioLight.Ambient, StudioLight.Ambient, StudioLight.Ambient);
            sky.top.value = sky.middle.value = sky.bottom.value = colour;

            var holder = EditorUtility.CreateGameObjectWithHideFlags("LoRA Bridge Sky", HideFlags.HideAndDontSave, typeof(Volume));
            cleanUp.Add(() => Object.DestroyImmediate(holder));
            SceneManager.MoveGameObjectToScene(holder, scene);
            var volume = holder.GetComponent<Volume>();
            volume.isGlobal = true;
            volume.priority = float.MaxValue;
            volume.sharedProfile = profile;
#endif
        }

#if LORA_BRIDGE_HDRP
        static void Destroy(VolumeProfile profile)
        {
            foreach (var component in profile.components) Object.DestroyImmediate(component);
            Object.DestroyImmediate(profile);
        }
#endif
    }
}
