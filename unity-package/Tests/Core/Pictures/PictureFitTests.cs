using LoraBridge.Core.Pictures;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Pictures
{
    public class PictureFitTests
    {
        [Test]
        public void ARectangleIsDrawnInAnyDirectionAndCutAtTheEdges()
        {
            var fit = new PictureFit(1024, 512, 640, 640);
            Assert.That(fit.Scale, Is.EqualTo(0.625f));
            Assert.That(fit.Between(62.5f, 125, 125, 62.5f), Is.EqualTo((100f, 100f, 100f, 100f)));
            Assert.That(fit.Between(-20, 300, 700, 400), Is.EqualTo((0f, 480f, 1024f, 32f)));
            Assert.That(fit.Between(10, 10, 12, 200), Is.Null, "a click");
        }
    }
}
