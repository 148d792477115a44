using LoraBridge.Core.Pictures;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Pictures
{
    public class ThumbnailTests
    {
        [TestCase(1024, 1024, 256, 256)]
        [TestCase(1024, 512, 256, 128)]
        [TestCase(300, 4096, 18, 256)]
        [TestCase(64, 32, 64, 32)]
        [TestCase(1, 5000, 1, 256)]
        public void TheLongerEdgeIsTheOneAsked(int width, int height, int smallWidth, int smallHeight)
          => Assert.That(Thumbnail.Size(width, height, 256), Is.EqualTo((smallWidth, smallHeight)));

        [Test]
        public void APixelIsTheMeanOfWhatCanBeSeen()
        {
            // Red, half of it hidden, next to green that cannot be seen at all; below, the same of blue.
            var picture = new byte[] { 200, 0, 0, 255, 0, 250, 0, 0, 0, 0, 100, 255, 0, 0, 100, 255 };
            var small = new byte[8];
            Thumbnail.Shrink(picture, 2, 2, small, 1, 2);
            Assert.That(small, Is.EqualTo(new byte[] { 200, 0, 0, 128, 0, 0, 100, 255 }));
        }

        [Test]
        public void OddSizesLeaveNoPixelOut()
        {
            var picture = new byte[7 * 5 * 4];
            for (var at = 0; at < picture.Length; at++) picture[at] = 255;
            var small = new byte[3 * 2 * 4];
            Thumbnail.Shrink(picture, 7, 5, small, 3, 2);
            Assert.That(small, Is.All.EqualTo(255));
        }
    }
}
