#nullable enable
using System;
using System.Collections.Generic;
using LoraBridge.Core.Pictures;

namespace LoraBridge.Core.Tests.Pictures
{
    /// <summary>One thing that light meets on its way to the camera.</summary>
    public readonly struct Layer
    {
        /// <summary>Its own colour in linear light, not premultiplied.</summary>
        public readonly float Red, Green, Blue;

        /// <summary>How much of what is behind it hides, for each channel; all three are equal for ordinary blending.</summary>
        public readonly float HidesRed, HidesGreen, HidesBlue;

        /// <summary>How much of its own colour it adds.</summary>
        public readonly float Weight;

        Layer(float red, float green, float blue, float weight, float hidesRed, float hidesGreen, float hidesBlue)
        {
            (Red, Green, Blue, Weight) = (red, green, blue, weight);
            (HidesRed, HidesGreen, HidesBlue) = (hidesRed, hidesGreen, hidesBlue);
        }

        public static Layer Blended(float red, float green, float blue, float alpha) => new Layer(red, green, blue, alpha, alpha, alpha, alpha);

        public static Layer Additive(float red, float green, float blue) => new Layer(red, green, blue, 1, 0, 0, 0);

        public static Layer Tinted(float passesRed, float passesGreen, float passesBlue) =>
            new Layer(0, 0, 0, 0, 1 - passesRed, 1 - passesGreen, 1 - passesBlue);
    }

    /// <summary>
    /// An image whose every pixel is known: layers from back to front over part of it, blended as a GPU does, with
    /// <c>Blend SrcAlpha OneMinusSrcAlpha</c> for all four channels.
    /// </summary>
    public sealed class Scene
    {
        readonly int _width, _height;
        readonly Func<int, int, IEnumerable<Layer>> _layersAt;

        /// <param name="width">Rendered pixels across.</param>
        /// <param name="height">Rendered pixels down.</param>
        /// <param name="layersAt">The layers at a rendered pixel, which counts from the upper left, from back to front.</param>
        public Scene(int width, int height, Func<int, int, IEnumerable<Layer>> layersAt)
        {
            (_width, _height, _layersAt) = (width, height, layersAt);
        }

        public RenderedPasses TwoPasses(bool half, bool isEncoded = false) => RenderedPasses.OfTwoPasses(Render(0, 0, half), Render(1, 1, half), isEncoded);

        public RenderedPasses SinglePass(bool half) => RenderedPasses.OfSinglePass(Render(0, 0, half));

        LinearPicture Render(float background, float backgroundAlpha, bool half)
        {
            var pool = new PicturePool();
            var picture = half ? pool.RentHalf(_width, _height) : pool.RentSingle(_width, _height);
            for (var y = 0; y < _height; y++)
                for (var x = 0; x < _width; x++)
                {
                    var (red, green, blue, alpha) = (background, background, background, backgroundAlpha);
                    foreach (var layer in _layersAt(x, y))
                    {
                        red = layer.Red * layer.Weight + red * (1 - layer.HidesRed);
                        green = layer.Green * layer.Weight + green * (1 - layer.HidesGreen);
                        blue = layer.Blue * layer.Weight + blue * (1 - layer.HidesBlue);
                        alpha = layer.Weight * layer.Weight + alpha * (1 - layer.Weight);
                    }
                    var at = ((_height - 1 - y) * _width + x) * 4;
                    var pixel = new[] { red, green, blue, alpha };
                    for (var channel = 0; channel < 4; channel++)
                        if (half) picture.Half![at + channel] = ToHalf(pixel[channel]);
                        else picture.Single![at + channel] = pixel[channel];
                }
            return picture;
        }

        /// <summary>Rounds to the nearest half float, as GPUs do.</summary>
        public static ushort ToHalf(float value)
        {
            var bits = BitConverter.ToInt32(BitConverter.GetBytes(value), 0);
            var sign = bits >> 16 & 0x8000;
            var magnitude = Math.Abs(value);
            if (float.IsNaN(value)) return 0x7e00;
            if (magnitude >= 65520) return (ushort)(sign | 0x7c00);
            if (magnitude < 6.103515625e-5f) return (ushort)(sign | (int)Math.Round(magnitude * 16777216.0));
            var exponent = (int)Math.Floor(Math.Log(magnitude, 2));
            if (magnitude < Math.Pow(2, exponent)) exponent--;
            else if (magnitude >= Math.Pow(2, exponent + 1)) exponent++;
            // A mantissa that rounds up to 1024 carries into the exponent by itself.
            return (ushort)(sign | ((exponent + 14) << 10) + (int)Math.Round(magnitude / Math.Pow(2, exponent) * 1024));
        }
    }
}
