#nullable enable
using System;
using System.Linq;
using System.Numerics;
using LoraBridge.Core.Capture;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Capture
{
    /// <summary>The studio's light by the formulas that the pipelines and MToon publish, written down here once more.</summary>
    public class StudioLightTests
    {
        public enum Pipeline { BuiltIn, Universal, HighDefinition }

        // The skin of a pale toon character: as bright in red as a texture can be.
        const double Skin = 1;

        static readonly Vector3 ToCamera = -Vector3.UnitZ;

        /// <summary>Towards the light: a light that is turned by pitch, then yaw, shines along its +z; the camera looks along +z.</summary>
        static Vector3 Direction(StudioLight.Lamp lamp)
        {
            var turn = Quaternion.CreateFromYawPitchRoll((float)(lamp.Yaw * Math.PI / 180), (float)(lamp.Pitch * Math.PI / 180), 0);
            return -Vector3.Transform(Vector3.UnitZ, turn);
        }

        static double Linear(double encoded) => encoded <= 0.04045 ? encoded / 12.92 : Math.Pow((encoded + 0.055) / 1.055, 2.4);

        /// <summary>What the lamp's colour is in the shader, in linear values.</summary>
        static double ColourInShader(float share, Pipeline pipeline)
        {
            switch (pipeline)
            {
                case Pipeline.BuiltIn:
                    // Without lightsUseLinearIntensity: (colour × intensity) is taken for sRGB.
                    return Linear(StudioLight.Intensity(share, true, false));
                case Pipeline.Universal:
                    return StudioLight.Intensity(share, true, true);
                default:
                    // ConvertDirectionalLightToGPUFormat multiplies lights without HDAdditionalLightData by π; Lambert() is 1/π; the exposure
                    // texture without exposure control is 1.
                    return StudioLight.Intensity(share, true, true) * Math.PI * (1 / Math.PI) * 1;
            }
        }

        // RenderSettings' colour is taken for sRGB; HDRP's sky is linear, and the irradiance π·c of a sky of one colour meets Lambert's 1/π.
        static double AmbientInShader(Pipeline pipeline)
            => pipeline == Pipeline.HighDefinition ? Math.PI * StudioLight.Ambient / Math.PI : Linear(StudioLight.Colour(StudioLight.Ambient, true));

        static double Lambert(Vector3 normal, Pipeline pipeline)
            => AmbientInShader(pipeline)
                + StudioLight.Lamps.Sum(lamp => ColourInShader(lamp.Share, pipeline) * Math.Max(0, Vector3.Dot(normal, Direction(lamp))));

        /// <summary>MToon in the lit range: the main light in full, others by half and darker on their far side, plus global illumination.</summary>
        static double MToon(Vector3 normal, Pipeline pipeline)
            => Skin * (AmbientInShader(pipeline) + ColourInShader(StudioLight.Lamps[0].Share, pipeline)
                + StudioLight.Lamps.Skip(1).Sum(lamp => ColourInShader(lamp.Share, pipeline) * 0.5 * (Math.Min(0, Vector3.Dot(normal, Direction(lamp))) + 1)));

        /// <summary>Normals all around, one for each few degrees.</summary>
        static Vector3[] Normals() => Enumerable.Range(0, 37).SelectMany(i => Enumerable.Range(0, 72).Select(j =>
        {
            var (pitch, yaw) = (Math.PI * (i / 36.0 - 0.5), Math.PI * j / 36);
            return new Vector3((float)(Math.Cos(pitch) * Math.Sin(yaw)), (float)Math.Sin(pitch), (float)(Math.Cos(pitch) * Math.Cos(yaw)));
        })).ToArray();

        [Test]
        public void WhiteThatFacesTheCameraIsJustBelowWhite([Values] Pipeline pipeline)
            => Assert.That(Lambert(ToCamera, pipeline), Is.InRange(0.95, 1.0));

        [Test]
        public void NoWhiteSurfaceIsCutOff([Values] Pipeline pipeline)
            => Assert.That(Normals().Max(normal => Lambert(normal, pipeline)), Is.LessThanOrEqualTo(1.0));

        [Test]
        public void NoToonSkinIsCutOff([Values] Pipeline pipeline)
        {
            Assert.That(MToon(ToCamera, pipeline), Is.InRange(0.9, 1.0));
            Assert.That(Normals().Max(normal => MToon(normal, pipeline)), Is.LessThan(1.0));
        }

        [Test]
        public void EveryPipelineShowsTheSame()
        {
            foreach (var normal in Normals())
                Assert.That(new[] { Pipeline.BuiltIn, Pipeline.HighDefinition }.Select(pipeline => Lambert(normal, pipeline)),
                    Is.All.EqualTo(Lambert(normal, Pipeline.Universal)).Within(1e-4));
        }

        [Test]
        public void AGammaProjectTakesTheSharesAsTheyAre()
        {
            var facing = StudioLight.Colour(StudioLight.Ambient, false)
                + StudioLight.Lamps.Sum(lamp => StudioLight.Intensity(lamp.Share, false, false) * Math.Max(0, Vector3.Dot(ToCamera, Direction(lamp))));
            Assert.That(facing, Is.InRange(0.95, 1.0));
        }
    }
}
