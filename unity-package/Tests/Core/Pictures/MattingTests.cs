#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Pictures;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Pictures
{
    public class MattingTests
    {
        static byte[] Matte(RenderedPasses passes, int supersampling, out MattingQuality quality)
        {
            var rgba = new byte[passes.Black.Width / supersampling * (passes.Black.Height / supersampling) * 4];
            quality = Matting.Matte(passes, supersampling, rgba);
            return rgba;
        }

        /// <summary>What a pixel must be: composited over nothing in exact arithmetic, un-premultiplied, encoded.</summary>
        static double[] Expected(IEnumerable<IReadOnlyList<Layer>> samples)
        {
            var sum = new double[4];
            var count = 0;
            foreach (var layers in samples)
            {
                var pixel = new double[4];
                foreach (var layer in layers)
                {
                    var colour = new double[] { layer.Red, layer.Green, layer.Blue, 1 };
                    for (var channel = 0; channel < 4; channel++)
                        pixel[channel] = colour[channel] * layer.Weight + pixel[channel] * (1 - layer.Weight);
                }
                for (var channel = 0; channel < 4; channel++) sum[channel] += pixel[channel];
                count++;
            }
            var alpha = sum[3] / count;
            double Encode(double premultiplied)
            {
                var linear = alpha > 0 ? Math.Min(1, premultiplied / count / alpha) : 0;
                return 255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.Pow(linear, 1 / 2.4) - 0.055);
            }
            return new[] { Encode(sum[0]), Encode(sum[1]), Encode(sum[2]), alpha * 255 };
        }

        static void AssertPixel(byte[] rgba, int pixel, double[] expected)
        {
            Assert.That(rgba[pixel * 4 + 3], Is.EqualTo(expected[3]).Within(1), $"alpha of pixel {pixel}");
            if (rgba[pixel * 4 + 3] == 0) return;
            for (var channel = 0; channel < 3; channel++)
                Assert.That(rgba[pixel * 4 + channel], Is.EqualTo(expected[channel]).Within(2), $"channel {channel} of pixel {pixel}");
        }

        static readonly Layer Skin = Layer.Blended(0.71f, 0.42f, 0.31f, 1);
        static readonly Layer Dark = Layer.Blended(0.002f, 0.004f, 0.01f, 1);
        static readonly Layer Veil = Layer.Blended(0.1f, 0.3f, 0.9f, 0.5f);
        static readonly Layer Gauze = Layer.Blended(0.9f, 0.2f, 0.05f, 0.1f);

        static readonly object[] Stacks =
        {
            new object[] { "nothing", new Layer[0] },
            new object[] { "opaque", new[] { Skin } },
            new object[] { "opaque and nearly black", new[] { Dark } },
            new object[] { "half-transparent", new[] { Veil } },
            new object[] { "hardly there", new[] { Gauze } },
            new object[] { "half-transparent over opaque", new[] { Skin, Veil } },
            new object[] { "three of them", new[] { Gauze, Veil, Gauze } },
            new object[] { "brighter than white", new[] { Layer.Blended(3, 0.5f, 0.2f, 1) } },
        };

        [Test]
        public void InGammaEverythingIsTheSameButTheLastEncoding()
        {
            // A gamma project blends what it shows: the numbers are levels, not light.
            var rgba = Matte(new Scene(1, 1, (x, y) => new[] { Skin, Veil }).TwoPasses(true, true), 1, out _);
            for (var channel = 0; channel < 3; channel++)
            {
                var (skin, veil) = (new[] { Skin.Red, Skin.Green, Skin.Blue }[channel], new[] { Veil.Red, Veil.Green, Veil.Blue }[channel]);
                Assert.That(rgba[channel], Is.EqualTo((skin + veil) / 2 * 255).Within(1), $"channel {channel}");
            }
            Assert.That(rgba[3], Is.EqualTo(255));
            var thin = Matte(new Scene(1, 1, (x, y) => new[] { Veil }).TwoPasses(true, true), 1, out _);
            Assert.That(thin, Is.EqualTo(new[] { 0.1 * 255, 0.3 * 255, 0.9 * 255, 0.5 * 255 }).Within(1));
        }

        [TestCaseSource(nameof(Stacks))]
        public void TwoPassesGiveTheAnalyticValue(string what, Layer[] layers)
        {
            foreach (var half in new[] { false, true })
            {
                var rgba = Matte(new Scene(3, 2, (x, y) => layers).TwoPasses(half), 1, out var quality);
                for (var pixel = 0; pixel < 6; pixel++) AssertPixel(rgba, pixel, Expected(new[] { layers }));
                Assert.That(quality.Disagreement, Is.Zero, what);
                Assert.That(quality.Coverage, Is.EqualTo(layers.Length > 0 ? 1 : 0));
            }
        }

        [Test]
        public void TwoPassesGiveEveryAlphaAndColour([Values] bool half)
        {
            Layer At(int x, int y) => Layer.Blended(x / 255f, 1 - x / 255f, 0.25f, y / 255f);
            var rgba = Matte(new Scene(256, 256, (x, y) => new[] { At(x, y) }).TwoPasses(half), 1, out _);
            for (var y = 0; y < 256; y++)
                for (var x = 0; x < 256; x++)
                    // Of a pixel that is almost invisible half floats do not keep the colour exactly.
                    if (y > (half ? 24 : 2)) AssertPixel(rgba, y * 256 + x, Expected(new[] { new[] { At(x, y) } }));
                    else Assert.That(rgba[(y * 256 + x) * 4 + 3], Is.EqualTo(y).Within(1));
        }

        [Test]
        public void EdgePixelsAverageLightNotCodes([Values(2, 3, 4)] int supersampling, [Values] bool half)
        {
            // A slanted edge: opaque to the left, a veil over it further down, nothing to the right.
            IReadOnlyList<Layer> At(int x, int y) =>
                x * 3 + y < 40 * supersampling ? y > 8 * supersampling ? new[] { Skin, Veil } : new[] { Dark, Skin } : new Layer[0];
            const int size = 16;
            var rgba = Matte(new Scene(size * supersampling, size * supersampling, At).TwoPasses(half), supersampling, out var quality);
            var partial = 0;
            for (var y = 0; y < size; y++)
                for (var x = 0; x < size; x++)
                {
                    var samples = from j in Enumerable.Range(y * supersampling, supersampling)
                                  from i in Enumerable.Range(x * supersampling, supersampling) select At(i, j);
                    AssertPixel(rgba, y * size + x, Expected(samples));
                    if (rgba[(y * size + x) * 4 + 3] % 255 != 0) partial++;
                }
            Assert.That(partial, Is.GreaterThan(8), "the scene must have edge pixels");
            Assert.That(quality.Disagreement, Is.Zero);
        }

        [Test]
        public void EdgePixelsOfMultisampling()
        {
            // The GPU has averaged 3 of 8 samples of skin into the pixel already.
            var edge = Layer.Blended(0.71f, 0.42f, 0.31f, 3 / 8f);
            AssertPixel(Matte(new Scene(1, 1, (x, y) => new[] { edge }).TwoPasses(true), 1, out _), 0, Expected(new[] { new[] { edge } }));
        }

        [Test]
        public void SinglePassFailsWhereSomethingIsHalfTransparent()
        {
            bool IsRight(params Layer[] layers)
            {
                var rgba = Matte(new Scene(1, 1, (x, y) => layers).SinglePass(true), 1, out _);
                return Math.Abs(rgba[3] - Expected(new[] { layers })[3]) <= 1;
            }
            Assert.That(IsRight(Skin), "opaque things are right");
            Assert.That(IsRight(Veil), Is.False, "half-transparent: a quarter instead of a half");
            Assert.That(IsRight(Skin, Veil), Is.False, "half-transparent over opaque: three quarters instead of one");
            var over = Matte(new Scene(1, 1, (x, y) => new[] { Skin, Veil }).SinglePass(true), 1, out _);
            Assert.That(over[3], Is.EqualTo(191).Within(1));
        }

        [Test]
        public void SinglePassTakesPremultipliedColour([Values] bool half)
        {
            var picture = half ? new PicturePool().RentHalf(1, 1) : new PicturePool().RentSingle(1, 1);
            var pixel = new[] { 0.25f, 0.125f, 0, 0.5f };
            for (var channel = 0; channel < 4; channel++)
                if (half) picture.Half![channel] = Scene.ToHalf(pixel[channel]);
                else picture.Single![channel] = pixel[channel];
            var rgba = Matte(RenderedPasses.OfSinglePass(picture), 1, out var quality);
            Assert.That(rgba, Is.EqualTo(new byte[] { 188, 137, 0, 128 }));
            Assert.That(quality.Coverage, Is.EqualTo(1));
        }

        static readonly object[] Impossible =
        {
            new object[] { "a glow", new[] { Layer.Additive(0.4f, 0.3f, 0.1f) } },
            new object[] { "red glass", new[] { Layer.Tinted(0.9f, 0.3f, 0.2f) } },
            new object[] { "a glow before a veil", new[] { Veil, Layer.Additive(0.9f, 0.8f, 0.7f) } },
        };

        [TestCaseSource(nameof(Impossible))]
        public void QualitySaysWhereOneAlphaIsNotEnough(string what, Layer[] layers)
        {
            var rgba = Matte(new Scene(4, 4, (x, y) => y == 0 ? layers : y == 1 ? new[] { Skin } : new Layer[0]).TwoPasses(true), 1, out var quality);
            Assert.That(quality.Disagreement, Is.EqualTo(0.5).Within(1e-6), what);
            Assert.That(quality.Coverage, Is.EqualTo(0.5).Within(1e-6));
            AssertPixel(rgba, 4, Expected(new[] { new[] { Skin } }));
        }

        [Test]
        public void QualityTellsHowFarTheChannelsAreApart()
        {
            var rgba = Matte(new Scene(2, 2, (x, y) => new[] { Layer.Tinted(0.9f, 0.3f, 0.2f) }).TwoPasses(true), 1, out var quality);
            Assert.That(quality.Largest, Is.EqualTo(0.7).Within(0.01));
            Assert.That(rgba[3], Is.EqualTo(255 * (0.1 + 0.7 + 0.8) / 3).Within(1), "alpha is their mean");
        }

        [Test]
        public void AGlowBeforeSomethingOpaqueIsNoProblem()
        {
            Matte(new Scene(2, 2, (x, y) => new[] { Skin, Layer.Additive(5, 4, 3) }).TwoPasses(true), 1, out var quality);
            Assert.That(quality.Disagreement, Is.Zero);
        }

        [Test]
        public void RowsGoFromTheTopDown()
        {
            var rgba = Matte(new Scene(2, 3, (x, y) => y == 0 && x == 1 ? new[] { Skin } : new Layer[0]).TwoPasses(true), 1, out _);
            Assert.That(Enumerable.Range(0, 6).Where(pixel => rgba[pixel * 4 + 3] > 0), Is.EqualTo(new[] { 1 }));
        }

        [Test]
        public void InvisiblePixelsHideNoColour()
        {
            var rgba = Matte(new Scene(1, 1, (x, y) => new[] { Layer.Blended(1, 0.5f, 0.2f, 0.001f) }).TwoPasses(false), 1, out _);
            Assert.That(rgba, Is.EqualTo(new byte[4]));
        }

        [Test]
        public void MistakesOfShadersDoNoHarm([Values] bool half)
        {
            var mistakes = new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, -1, -0f, 1e-7f, 60000 };
            var pool = new PicturePool();
            LinearPicture Picture()
            {
                var picture = half ? pool.RentHalf(7, 7) : pool.RentSingle(7, 7);
                for (var i = 0; i < 7 * 7 * 4; i++)
                    if (half) picture.Half![i] = Scene.ToHalf(mistakes[(i / 4 + i % 4) % 7]);
                    else picture.Single![i] = mistakes[(i / 4 + i % 4) % 7];
                return picture;
            }
            foreach (var passes in new[] { RenderedPasses.OfSinglePass(Picture()), RenderedPasses.OfTwoPasses(Picture(), Picture()) })
            {
                Matte(passes, 1, out var quality);
                Assert.That(new[] { quality.Disagreement, quality.Largest, quality.Coverage }, Is.All.InRange(0, 1));
            }
        }

        [Test]
        public void HalfFloatsAreReadExactly()
        {
            for (var bits = 0; bits < 0x7c00; bits++)
            {
                Assert.That(Scene.ToHalf(HalfFloat.Light[bits]), Is.EqualTo(bits));
                if (bits > 0) Assert.That(HalfFloat.Light[bits], Is.GreaterThan(HalfFloat.Light[bits - 1]));
            }
            Assert.That(HalfFloat.Light[0x3c00], Is.EqualTo(1));
            Assert.That(HalfFloat.Light[0x0001], Is.EqualTo(Math.Pow(2, -24)));
            Assert.That(HalfFloat.Light[0x7c00], Is.EqualTo(65504), "infinity");
            Assert.That(new[] { 0x7e00, 0xfe00, 0xfc00, 0x8000, 0x8001, 0xbc00 }.Select(bits => HalfFloat.Light[bits]), Is.All.Zero, "NaN and what is negative");
        }

        [Test]
        public void RefusesWhatDoesNotFit()
        {
            Assert.Throws<ArgumentException>(() => Matting.Matte(new Scene(2, 2, (x, y) => new Layer[0]).TwoPasses(true), 1, new byte[3]));
            var pool = new PicturePool();
            Assert.Throws<ArgumentException>(() => RenderedPasses.OfTwoPasses(pool.RentHalf(2, 2), pool.RentHalf(2, 3)));
            Assert.Throws<ArgumentException>(() => RenderedPasses.OfTwoPasses(pool.RentHalf(2, 2), pool.RentSingle(2, 2)));
        }
    }
}
