using System;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.TestStage;
using NUnit.Framework;

namespace LoraBridge.EndToEnd
{
    /// <summary>Characters and plans with defects: said in words, or captured as well as can be; the editor is ready for the next.</summary>
    public class CharacterTests : EndToEndTests
    {
        [TestCase(Characters.NoRenderer, "renderer"), TestCase(Characters.OtherRigClip, "rig")]
        public void WhatCannotBeCapturedIsToldAndNothingIsSent(string character, string word)
        {
            using var daemon = new DaemonProcess(Home);
            using var editor = new UnityApp(new EditorSetup { Project = Project(), Character = character });
            editor.Program.Press(Capture);
            editor.Until(view => !view.IsCapturing && (view.Status + string.Join(" ", view.Errors)).Contains(word), "it is reported");
            AssertIsReadyAndNothingWasSent(editor);
        }

        [Test]
        public void APlanOfNoShotsIsToldAndNothingIsSent()
        {
            using var daemon = new DaemonProcess(Home);
            using var editor = new UnityApp(new EditorSetup { Project = Project(), HasNoPoses = true });
            editor.Program.Press(Capture);
            editor.Until(view => !view.IsCapturing && (view.Status + string.Join(" ", view.Errors)).Contains("no shots"), "it is reported");
            AssertIsReadyAndNothingWasSent(editor);
        }

        [Test]
        public void WithoutAHeadThereAreNoFacesFromTheRig()
        {
            using var daemon = new DaemonProcess(Home);
            using var editor = new UnityApp(new EditorSetup { Project = Project(), Character = Characters.NoHead });
            editor.Program.Press(Capture);
            editor.Until(view => IsSent(view) && view.Gallery.All(shot => shot.IsInspected), "the daemon has inspected all shots");
            AssertAllAreThere("Godette", Characters.NoHead);
            Assert.That(editor.Program.Look().Gallery.Select(shot => shot.FaceSource), Has.None.EqualTo("Region"));
        }

        [Test]
        public void UnreadableMeshesAreCapturedByTheirBounds()
        {
            using var daemon = new DaemonProcess(Home);
            using var editor = new UnityApp(new EditorSetup { Project = Project(), Character = Characters.Unreadable });
            editor.Program.Press(Capture);
            editor.Until(IsSent, "all shots are sent");
            AssertAllAreThere("Godette", Characters.Unreadable);
        }

        [TestCase(Characters.Tiny), TestCase(Characters.Huge)]
        public void ScaleChangesNoPicture(string character)
        {
            using var daemon = new DaemonProcess(Home);
            using var editor = new UnityApp(new EditorSetup { Project = Project(), Character = character });
            editor.Program.Press(Capture);
            editor.Until(IsSent, "all shots are sent");
            AssertAllAreThere("Godette", character);
            Dictionary<string, byte[]> usual = StageCapture.Take(Characters.Make(Characters.Veiled), plan =>
            {
                plan.Width = plan.Height = EditorSetup.UsualSize;
                plan.Supersampling = 1;
            }).ToDictionary(shot => shot.Planned.Name, shot => shot.Png);
            foreach (var picture in editor.Program.Pictures())
            {
                byte[] a = Png.Decode(picture.Value, out _, out _), b = Png.Decode(usual[picture.Key], out _, out _);
                Assert.That(a.Zip(b, (x, y) => Math.Abs(x - y)).Average(), Is.LessThan(0.5), picture.Key);
            }
        }

        void AssertIsReadyAndNothingWasSent(UnityApp editor)
        {
            // The window's framing preview tries as well.
            editor.Until(view => view.OpenStages == 0, "the stages are given back");
            var view = editor.Program.Look();
            Assert.That((view.Waiting, view.Gallery.Count), Is.EqualTo((0, 0)));
            using var query = new DaemonQuery(Home);
            Assert.That(query.Shots("Godette"), Is.Empty);
        }
    }
}
