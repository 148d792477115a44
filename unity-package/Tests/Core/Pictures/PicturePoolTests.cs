#nullable enable
using LoraBridge.Core.Pictures;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Pictures
{
    public class PicturePoolTests
    {
        [Test]
        public void LendsWhatCameBack()
        {
            var pool = new PicturePool();
            var first = pool.RentHalf(8, 8);
            var (half, single) = (first.Half, (float[]?)null);
            using (var other = pool.RentSingle(8, 8)) single = other.Single;
            first.Dispose();
            Assert.That(pool.RentHalf(8, 8).Half, Is.SameAs(half));
            Assert.That(pool.RentHalf(8, 8).Half, Is.Not.SameAs(half));
            Assert.That(pool.RentSingle(8, 8).Single, Is.SameAs(single));
        }

        [Test]
        public void LendsNothingOfAnotherSize()
        {
            var pool = new PicturePool();
            pool.RentHalf(8, 8).Dispose();
            Assert.That(pool.RentHalf(16, 8).Half!.Length, Is.EqualTo(16 * 8 * 4));
        }

        [Test]
        public void DisposingTwiceGivesBackOnce()
        {
            var pool = new PicturePool();
            var picture = pool.RentHalf(8, 8);
            picture.Dispose();
            picture.Dispose();
            Assert.That(pool.RentHalf(8, 8).Half, Is.Not.SameAs(pool.RentHalf(8, 8).Half));
        }
    }
}
