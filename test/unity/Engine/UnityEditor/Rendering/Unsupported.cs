using DeclaredUnity;
using UnityEngine;
using UnityEngine.SceneManagement;

namespace UnityEditor
{
    public static class Unsupported
    {
        static bool _useScriptableRenderPipeline;

        public static bool useScriptableRenderPipeline
        {
            get => _useScriptableRenderPipeline;
            set
            {
                _useScriptableRenderPipeline = value;
                Calls.Note("Unsupported.useScriptableRenderPipeline");
            }
        }

        public static bool SetOverrideLightingSettings(Scene scene)
        {
            Calls.Note("Unsupported.SetOverrideLightingSettings");
            RenderSettings.Override = new RenderSettings.Values();
            return true;
        }

        public static void RestoreOverrideLightingSettings()
        {
            RenderSettings.Override = null;
            Calls.Note("Unsupported.RestoreOverrideLightingSettings");
        }

        public static void SetRenderSettingsUseFogNoDirty(bool fog)
        {
            (RenderSettings.Override ?? RenderSettings.Own).Fog = fog;
            Calls.Note("Unsupported.SetRenderSettingsUseFogNoDirty");
        }
    }
}
