using System;
using System.Numerics;

namespace LoraBridge.TestStage
{
    /// <summary>The colour of a point of a surface, in linear light.</summary>
    public static class Shader
    {
        const float Ambient = 0.3f, Surroundings = 0.15f;

        /// <summary>Colour and alpha, not premultiplied. `toLight` has length 1, `normal` any; both in the camera's axes.</summary>
        public static Vector4 Shade(ScreenTriangle triangle, Vector2 uv, Vector3 normal, Vector3 toLight)
        {
            var material = triangle.Material;
            var surface = material.Color;
            if (material.Texture != null) surface *= material.Texture.Sample(uv.X, uv.Y);
            if (material.Shading == Shading.Unlit) return surface;
            float light = Vector3.Dot(Vector3.Normalize(normal), toLight);
            if (material.Shading == Shading.Lambert)
            {
                float scattered = Ambient + (1 - Ambient) * Math.Max(light, 0);
                return Times(surface, Vector3.One * (scattered + (Surroundings - scattered) * material.Metallic));
            }
            // MToon 0.x: between shade and lit colour lies a ramp whose place and steepness are the material's.
            float most = 1 + (material.ShadeShift - 1) * material.ShadeToony;
            float share = Math.Min(Math.Max((light - material.ShadeShift) / Math.Max(most - material.ShadeShift, 1e-4f), 0), 1);
            var lit = Times(surface, Vector3.Lerp(material.ShadeColor, Vector3.One, share));
            return triangle.IsOutline ? Times(lit, material.OutlineColor) : lit;
        }

        static Vector4 Times(Vector4 color, Vector3 factor) => color * new Vector4(factor, 1);
    }
}
