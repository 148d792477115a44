using LoraBridge.Core.Capture;
using UnityEngine;
using UnityEngine.Rendering;

namespace LoraBridge.Editor.Stage
{
    /// <summary>What metals mirror in the studio: the ambient light, the same from everywhere. Without anything to mirror they are black.</summary>
    sealed class StudioReflection
    {
        const int Size = 4;

        readonly Cubemap _cubemap;

        public StudioReflection(CleanUp cleanUp)
        {
            // Half floats are linear whatever the project works in.
            _cubemap = new Cubemap(Size, TextureFormat.RGBAHalf, true);
            cleanUp.Add(() => Object.DestroyImmediate(_cubemap));
            _cubemap.hideFlags = HideFlags.HideAndDontSave;
            var colours = new Color[Size * Size];
            for (var i = 0; i < colours.Length; i++) colours[i] = new Color(StudioLight.Ambient, StudioLight.Ambient, StudioLight.Ambient);
            for (var face = CubemapFace.PositiveX; face <= CubemapFace.NegativeZ; face++) _cubemap.SetPixels(colours, face);
            // The smaller copies, which rough surfaces look at, are made of it.
            _cubemap.Apply(true);
        }

        /// <summary>Makes it the reflection of the scene whose lighting is current.</summary>
        public void Show()
        {
            RenderSettings.defaultReflectionMode = DefaultReflectionMode.Custom;
            RenderSettings.customReflectionTexture = _cubemap;
            RenderSettings.reflectionIntensity = 1;
        }
    }
}
