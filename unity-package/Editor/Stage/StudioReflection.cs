#nullable enable
using LoraBridge.Core.Capture;
using UnityEngine;
using UnityEngine.Rendering;

namespace LoraBridge.Editor.Stage
{
    /// <summary>A uniform reflection cubemap of the studio's ambient light. Without reflections metals are black.</summary>
    sealed class StudioReflection
    {
        const int Size = 4;

        readonly Cubemap _cubemap;

        public StudioReflection(CleanUp cleanUp)
        {
            // Half floats are linear in any colour space.
            _cubemap = new Cubemap(Size, TextureFormat.RGBAHalf, true);
            cleanUp.Add(() => Object.DestroyImmediate(_cubemap));
            _cubemap.hideFlags = HideFlags.HideAndDontSave;
            var colours = new Color[Size * Size];
            for (var i = 0; i < colours.Length; i++) colours[i] = new Color(StudioLight.Ambient, StudioLight.Ambient, StudioLight.Ambient);
            for (var face = CubemapFace.PositiveX; face <= CubemapFace.NegativeZ; face++) _cubemap.SetPixels(colours, face);
            // Generates the mipmaps, which rough surfaces sample.
            _cubemap.Apply(true);
        }

        /// <summary>Makes it the reflection of the current RenderSettings.</summary>
        public void Show()
        {
            RenderSettings.defaultReflectionMode = DefaultReflectionMode.Custom;
            RenderSettings.customReflectionTexture = _cubemap;
            RenderSettings.reflectionIntensity = 1;
        }
    }
}
