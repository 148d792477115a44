#nullable enable
using LoraBridge.Core.Capture;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Capture
{
    public class PictureCheckTests
    {
        // Two pixels each.
        [TestCase("state.shot.empty", 0, 0, 0, 0, 200, 200, 200, 0)]
        [TestCase("state.shot.black", 0, 0, 0, 255, 2, 1, 0, 128)]
        [TestCase("state.shot.black", 0, 0, 0, 255, 200, 200, 200, 0)]
        public void APictureOfNothingIsNoticed(string code, params int[] rgba)
        {
            var error = Assert.Throws<CaptureException>(() => PictureCheck.Check(System.Array.ConvertAll(rgba, value => (byte)value), "stand_full"))!;
            Assert.That(error.Code, Is.EqualTo(code));
            Assert.That(error.Message, Does.Contain("stand_full"));
        }

        [TestCase(0, 0, 0, 255, 0, 3, 0, 1)]
        [TestCase(0, 0, 0, 0, 255, 255, 255, 255)]
        public void APictureOfSomethingIsNot(params int[] rgba)
            => PictureCheck.Check(System.Array.ConvertAll(rgba, value => (byte)value), "stand_full");
    }
}
