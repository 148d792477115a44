using System.Linq;
using NUnit.Framework;

namespace LoraBridge.EndToEnd
{
    /// <summary>What the user corrects in the window reaches the daemon, and comes back from it.</summary>
    public class CorrectionTests : EndToEndTests
    {
        [Test]
        public void ShotsAreExcludedCorrectedRetakenAndDeleted()
        {
            using var editor = new UnityApp(new EditorSetup { Project = Project() });
            editor.Program.Press(Capture);
            editor.Until(view => IsSent(view) && view.Gallery.All(shot => shot.IsInspected), "the daemon has inspected all shots");
            var names = editor.Program.Look().Gallery.Select(shot => shot.Name).ToList();

            editor.Program.OpenShot(names[0]);
            editor.Program.PressInShot("shot-exclude");
            editor.Until(view => view.Gallery.Single(shot => shot.Name == names[0]).IsExcluded, "the shot is excluded");
            editor.Program.WriteCaption(" a sks girl ");
            editor.Until(view => view.Gallery.Single(shot => shot.Name == names[0]).Caption == "a sks girl", "the caption has come back");
            float scale = editor.Program.DrawFace(50, 40, 20, 10);
            editor.Until(_ => HasDrawnHead(names[0], 20 / scale), "the head has arrived");
            AssertCorrected(names[0], scale);

            editor.Program.OpenShot(names[1]);
            editor.Program.PressInShot("shot-delete");
            editor.Until(view => view.Gallery.Count == 14, "it is gone here");

            editor.Program.OpenShot(names[2]);
            editor.Program.PressInShot("shot-retake");
            editor.Until(view => !view.IsCapturing && view.Waiting == 0 && view.Status.StartsWith("1 shots"), "it is retaken");
            using var query = new DaemonQuery(Home);
            var shots = query.Shots("Godette");
            Assert.That(shots.Select(shot => (string)shot["name"]).Distinct(), Is.EquivalentTo(names.Where(name => name != names[1])));
            Assert.That(shots.Count(shot => (string)shot["name"] == names[2]), Is.EqualTo(2), "the newer one counts");
            Assert.That(editor.Program.Look().Errors, Is.Empty);
        }

        bool HasDrawnHead(string name, double x)
        {
            using var query = new DaemonQuery(Home);
            var head = query.Shots("Godette").Single(shot => (string)shot["name"] == name)["regions"]?["head"];
            return head != null && System.Math.Abs((double)head["x"] - x) < 0.01;
        }

        void AssertCorrected(string name, float scale)
        {
            using var query = new DaemonQuery(Home);
            var shot = query.Shots("Godette").Single(found => (string)found["name"] == name);
            Assert.That(((bool)shot["excluded"], (string)shot["caption"]), Is.EqualTo((true, "a sks girl")));
            Assert.That((string)shot["face"]["source"], Is.EqualTo("region"));
            Assert.That((double)shot["regions"]["head"]["x"], Is.EqualTo(20 / scale).Within(0.01));
            Assert.That((double)shot["face"]["width"], Is.EqualTo(30 / scale).Within(0.01));
            Assert.That((double)shot["face"]["confidence"], Is.EqualTo(1));
        }
    }
}
