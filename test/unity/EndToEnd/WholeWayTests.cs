using System;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.TestStage;
using NUnit.Framework;

namespace LoraBridge.EndToEnd
{
    /// <summary>From the menu to previews in the window, with everything real but Unity.</summary>
    public class WholeWayTests : EndToEndTests
    {
        [Test]
        public void FromTheMenuToPreviewsInTheWindow()
        {
            using var editor = new UnityApp(new EditorSetup { Project = Project(), Size = 384, Supersampling = 2, Steps = 4, PreviewEvery = 4 });
            editor.Program.SetWords("gdt", "swordswoman");
            editor.Program.Press("Tools/LoRA Bridge/Capture and train selection");
            editor.Until(view => IsSent(view) && view.Gallery.All(shot => shot.IsInspected), "the daemon has inspected all shots");

            // The daemon was started by the editor, from the settings' path.
            var gallery = editor.Program.Look().Gallery;
            Assert.That(gallery, Has.Count.EqualTo(15));
            Assert.That(gallery.Select(shot => shot.FaceSource), Has.All.EqualTo("Region"));
            Dictionary<string, byte[]> pictures = editor.Program.Pictures();
            using (var query = new DaemonQuery(Home))
            {
                var shots = query.Shots("Godette");
                Assert.That(shots.Select(shot => ((string)shot["name"], (string)shot["sha256"])),
                    Is.EquivalentTo(pictures.Select(picture => (picture.Key, Sha256(picture.Value)))));
                foreach (var shot in shots) Assert.That(query.Sha256((string)shot["url"]), Is.EqualTo((string)shot["sha256"]));
            }
            foreach (var picture in pictures) AssertHasNoHoles(picture.Key, picture.Value);

            editor.Until(view => view.TrainingState == "Succeeded" && view.Previews.Contains(4), "the training has ended");
            Assert.That(editor.Program.Look().Previews, Is.EqualTo(new[] { 0, 4 }), "the base model's and the LoRA's");
            foreach (var (width, height) in editor.Program.PreviewsInWindow()) Assert.That(Math.Min(width, height), Is.GreaterThanOrEqualTo(128));
            using (var query = new DaemonQuery(Home))
            {
                var job = query.Jobs().Single();
                Assert.That((string)job["state"], Is.EqualTo("succeeded"));
                Assert.That(job["files"].Select(file => (string)file).Where(file => file.EndsWith(".safetensors")).ToList(), Has.Count.EqualTo(2).And.All.Exist);
            }

            Assert.That(editor.Program.LabelText("prepared-dataset"), Does.StartWith("Training on 15 images (crops: ").And.Contains("Faces: region 15"));
            AssertTheResultIsAtHand(editor);

            int daemon = (int)DaemonProcess.Descriptor(Home)["pid"];
            editor.Program.Press("Tools/LoRA Bridge/Stop daemon");
            editor.Until(_ => !DaemonProcess.IsAlive(daemon), "the daemon has ended");
            Assert.That(editor.Program.Look().Errors, Is.Empty);
        }

        void AssertTheResultIsAtHand(UnityApp editor)
        {
            editor.Program.PressInWindow("copy-result-path");
            string lora = editor.Program.Clipboard();
            Assert.That(lora, Does.Exist.And.EndsWith("lora.safetensors"));
            string webUi = System.IO.Directory.CreateDirectory(System.IO.Path.Combine(Project("webui"), "Lora")).FullName;
            editor.Program.ChoosePath(webUi);
            editor.Program.PressInWindow("copy-to-webui");
            Assert.That(System.IO.File.ReadAllBytes(System.IO.Path.Combine(webUi, "Godette.safetensors")), Is.EqualTo(System.IO.File.ReadAllBytes(lora)));
            // The character's own words were learnt.
            string config = System.IO.File.ReadAllText(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(lora), "config.json"));
            Assert.That(config, Does.Contain("an illustration of a gdt swordswoman"));
            Assert.That(editor.Program.Choices("known-models"), Has.Some.StartsWith("pocket"));
            editor.Program.PressInWindow("dataset-report");
            editor.Until(_ => editor.Program.LabelText("dataset-reported").StartsWith("15 shots"), "the dataset is reported");
            Assert.That(editor.Program.LabelText("dataset-reported"), Does.Contain("Faces: 15 found"));
        }

        // The veil lies over opaque skin everywhere: inside the silhouette hardly anything is half-transparent. In a single pass all
        // skin would be. What remains are gaps between hair and head that are narrower than a pixel.
        static void AssertHasNoHoles(string name, byte[] png)
        {
            byte[] rgba = Png.Decode(png, out int width, out int height);
            int inside = 0, holes = 0;
            for (int y = 3; y < height - 3; y++)
                for (int x = 3; x < width - 3; x++)
                {
                    bool isInside = true;
                    for (int k = 0; k < 49 && isInside; k++) isInside = rgba[((y + k / 7 - 3) * width + x + k % 7 - 3) * 4 + 3] > 0;
                    if (!isInside) continue;
                    inside++;
                    if (rgba[(y * width + x) * 4 + 3] < 254) holes++;
                }
            Assert.That(inside, Is.GreaterThan(width * height / 20));
            Assert.That(holes, Is.LessThan(inside / 100), name);
        }
    }
}
