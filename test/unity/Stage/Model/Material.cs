using System.Numerics;

namespace LoraBridge.TestStage
{
    /// <summary>How a surface covers what is behind it.</summary>
    public enum Coverage { Opaque, Cutout, Blend, Additive }

    /// <summary>How a surface answers to light.</summary>
    public enum Shading { Unlit, Toon, Lambert }

    /// <summary>What a surface looks like. Colours are linear, alpha is not premultiplied.</summary>
    public sealed class Material
    {
        public string Name = "";
        public Shading Shading = Shading.Unlit;
        public Coverage Coverage = Coverage.Opaque;
        public Vector4 Color = Vector4.One;
        public Texture Texture;
        public float Cutoff = 0.5f;

        /// <summary>Share of the light that a metal mirrors instead of scattering, 0 to 1.</summary>
        public float Metallic;
        public bool DoubleSided;
        public Vector3 ShadeColor = Vector3.One;
        public float ShadeShift, ShadeToony = 0.9f;

        /// <summary>Width of the outline in hundredths of half the picture's height; 0 for none.</summary>
        public float OutlineWidth;
        public Vector3 OutlineColor;
    }
}
