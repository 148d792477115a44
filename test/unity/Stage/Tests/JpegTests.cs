using System;
using System.IO;
using System.Linq;
using NUnit.Framework;

namespace LoraBridge.TestStage.Tests
{
    /// <summary>Against libjpeg: the PNG files next to the JPEG ones are what it decodes.</summary>
    public class JpegTests
    {
        const string Folder = "test/unity/Stage/Tests/Pictures/";

        // Where colour is subsampled, libjpeg smoothes it and we do not.
        [TestCase("444", 3, 1.0), TestCase("420", 40, 5.0)]
        public void DecodesAsLibjpegDoes(string name, int most, double mean)
        {
            byte[] actual = Jpeg.Decode(File.ReadAllBytes(Folder + name + ".jpg"), out int width, out int height);
            byte[] expected = Png.Decode(File.ReadAllBytes(Folder + name + ".png"), out int expectedWidth, out int expectedHeight);
            Assert.That((width, height), Is.EqualTo((expectedWidth, expectedHeight)));
            int[] differences = actual.Zip(expected, (a, b) => Math.Abs(a - b)).ToArray();
            Assert.That(differences.Max(), Is.LessThanOrEqualTo(most));
            Assert.That(differences.Average(), Is.LessThanOrEqualTo(mean));
        }

        [Test]
        public void RefusesWhatItCannotRead()
        {
            void Refuses(byte[] file) => Assert.That(() => Jpeg.Decode(file, out _, out _), Throws.InstanceOf<InvalidDataException>());
            Refuses(File.ReadAllBytes(Folder + "progressive.jpg"));
            Refuses(File.ReadAllBytes(Folder + "444.jpg").Take(500).ToArray());
            Refuses(new byte[100]);
        }
    }
}
