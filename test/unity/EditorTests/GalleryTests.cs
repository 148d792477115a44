using System.Linq;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Bridge;
using NUnit.Framework;

namespace LoraBridge.DeclaredUnity.Tests
{
    /// <summary>What the daemon says of a shot reaches the gallery, whichever comes first.</summary>
    sealed class GalleryTests
    {
        const string Id = "64c68acc-3a83-40e6-a2ed-f02f14738041";

        static readonly ShotDescription Stored = new ShotDescription { Id = Id, Name = "stand_full_yaw0", State = ShotDescriptionState.Stored };
        static readonly byte[] Png = { 1 };

        static ShotInspected Inspected => new ShotInspected { Shot = Id, Face = new Face { Width = 128, Height = 128, Source = FaceSource.Detector } };

        [Test]
        public void AnEventForAShotThatIsHereChangesIt()
        {
            var gallery = new Gallery();
            gallery.AddEarlier(Stored, Png);
            Assert.That(gallery.Shots.Single().IsInspected, Is.False);
            Assert.That(gallery.OnEvent(Inspected), Is.True);
            Assert.That(gallery.Shots.Single().IsInspected, Is.True);
        }

        [Test]
        public void AnEventThatComesBeforeItsShotIsApplied()
        {
            var gallery = new Gallery();
            Assert.That(gallery.OnEvent(Inspected), Is.False);
            gallery.AddEarlier(Stored, Png);
            Assert.That(gallery.Shots.Single().IsInspected, Is.True);
            Assert.That(gallery.Shots.Single().Face.Width, Is.EqualTo(128));
        }

        [Test]
        public void AShotThatWasRemovedBeforeItCameIsNotShown()
        {
            var gallery = new Gallery();
            gallery.OnEvent(new ShotRemoved { Shot = Id });
            gallery.AddEarlier(Stored, Png);
            Assert.That(gallery.Shots, Is.Empty);
        }

        [Test]
        public void EventsForShotsThatNeverComeDoNotGather()
        {
            var gallery = new Gallery();
            gallery.OnEvent(Inspected);
            for (int other = 0; other < Gallery.Limit; other++) gallery.OnEvent(new ShotInspected { Shot = other.ToString() });
            gallery.AddEarlier(Stored, Png);
            Assert.That(gallery.Shots.Single().IsInspected, Is.False, "only the newest are kept");
        }
    }
}
