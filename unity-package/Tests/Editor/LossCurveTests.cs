#nullable enable
using System.Linq;
using LoraBridge.Editor.Window;
using NUnit.Framework;

namespace LoraBridge.Editor.Tests
{
    sealed class LossCurveTests
    {
        [Test]
        public void TheStrongLineIsTheMeanOfTheLastTwentyFive()
        {
            var points = Enumerable.Range(0, 60).Select(step => (step, (float)step)).ToList();
            var smooth = LossCurve.Smoothed(points);
            Assert.That(smooth, Has.Count.EqualTo(60));
            Assert.That(smooth[0].loss, Is.EqualTo(0));
            Assert.That(smooth[10].loss, Is.EqualTo(5).Within(1e-4f), "mean of 0 to 10");
            Assert.That(smooth[59].loss, Is.EqualTo(47).Within(1e-4f), "mean of 35 to 59");
        }
    }
}
