#nullable enable
using System;
using System.Collections.Generic;
using LoraBridge.Core.Pictures;

namespace LoraBridge.Core.Capture
{
    /// <summary>
    /// The studio's light, as every pipeline should show it. A share is how bright a white Lambert surface becomes, in linear values with 1
    /// as white, when it faces the light. All lights together leave a white surface that faces the camera just below 1, and toon skin below 1 too.
    /// </summary>
    public static class StudioLight
    {
        /// <summary>A directional light that turns with the camera.</summary>
        public readonly struct Lamp
        {
            /// <summary>See <see cref="StudioLight"/>.</summary>
            public float Share { get; }

            /// <summary>Degrees downwards, as seen from the camera.</summary>
            public float Pitch { get; }

            /// <summary>Degrees to the right, as seen from the camera; more than 90 shines from behind.</summary>
            public float Yaw { get; }

            internal Lamp(float share, float pitch, float yaw)
            {
                Share = share;
                Pitch = pitch;
                Yaw = yaw;
            }
        }

        /// <summary>Ambient light.</summary>
        public const float Ambient = 0.46f;

        /// <summary>Key, fill and rim.</summary>
        public static readonly IReadOnlyList<Lamp> Lamps = new[] { new Lamp(0.44f, 10, -20), new Lamp(0.13f, 10, 40), new Lamp(0.06f, 30, 165) };

        /// <summary>
        /// The intensity of a white light with the given share. Unity treats colour times intensity as sRGB where
        /// <c>GraphicsSettings.lightsUseLinearIntensity</c> is off in a linear project, the default of the built-in pipeline; URP and HDRP switch it
        /// on. HDRP multiplies a light without data of its own by π, divides by π in its Lambert term and, with exposure control off, exposes
        /// by 1.
        /// </summary>
        public static float Intensity(float share, bool isLinearProject, bool usesLinearIntensity)
            => isLinearProject && !usesLinearIntensity ? Encode(share) : share;

        /// <summary>The component of an ambient colour with the given share. Unity treats colours as sRGB in a linear project.</summary>
        public static float Colour(float share, bool isLinearProject) => isLinearProject ? Encode(share) : share;

        static float Encode(float share) => (float)Srgb.Encode(Math.Min(1, share));
    }
}
