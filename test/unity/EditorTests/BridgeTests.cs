using System;
using System.IO;
using System.Linq;
using DeclaredUnity;
using LoraBridge.Core.Protocol;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Plans;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Window;
using NUnit.Framework;
using UnityEditor;
using UnityEngine;
using UnityEngine.UIElements;

namespace LoraBridge.DeclaredUnity.Tests
{
    /// <summary>Menus, window and what they begin, with no daemon to be found: shots gather in the outbox.</summary>
    sealed class BridgeTests : SessionTestFixture
    {
        static System.Reflection.Assembly Package => typeof(LoraBridgeEditor).Assembly;

        string[] Waiting => Directory.GetFiles(Path.Combine(Project, "Library/LoraBridge/outbox"), "*.shot");

        static GameObject Select(GameObject character) => Selection.activeGameObject = character;

        bool CaptureEnds() => Editor.TickUntil(() => !LoraBridgeEditor.IsCapturing, Limit);

        [Test]
        public void EveryCommandHasItsMenuItem()
          => Assert.That(EditorDriver.MenuItems(Package), Is.EquivalentTo(new[]
          {
              "Window/LoRA Bridge",
              "Tools/LoRA Bridge/Capture selection", "Tools/LoRA Bridge/Capture and train selection",
              "Tools/LoRA Bridge/Start daemon", "Tools/LoRA Bridge/Stop daemon",
              "Tools/LoRA Bridge/Settings", "Tools/LoRA Bridge/Check this project", "Tools/LoRA Bridge/Manual",
              "GameObject/LoRA Bridge/Capture", "GameObject/LoRA Bridge/Capture and train",
          }));

        [Test]
        public void WithoutASelectionThereIsNothingToCapture()
          => Assert.That(Editor.Choose(Package, "Tools/LoRA Bridge/Capture selection"), Is.False);

        [Test]
        public void TheMenuCapturesTheSeedsFifteenShots()
        {
            Select(CharacterMaker.Humanoid("Mina"));
            var before = Editor.Surroundings();
            Assert.That(Editor.Choose(Package, "Tools/LoRA Bridge/Capture selection"), Is.True);
            Assert.That(CaptureEnds(), Is.True, LoraBridgeEditor.StatusText);
            Assert.That(LoraBridgeEditor.StatusText, Is.EqualTo("15 shots taken."));
            Assert.That(Waiting, Has.Length.EqualTo(15));
            Assert.That(LoraBridgeEditor.Gallery.Shots, Has.Count.EqualTo(15));
            Assert.That(LoraBridgeEditor.Gallery.Shots[0].Name, Is.EqualTo("stand_full_yaw0"));
            // The window renders a new framing preview, on its own stage.
            Assert.That(Editor.TickUntil(() => Editor.Surroundings() == before, Limit), Is.True, Editor.Surroundings());
        }

        [Test]
        public void OnlyOneShotIsRenderedWithEachUpdate()
        {
            LoraBridgeEditor.Capture(CharacterMaker.Humanoid("Mina"), OnePose());
            while (LoraBridgeEditor.IsCapturing)
            {
                var before = Editor.Calls.Count(call => call == "Camera.Render");
                Editor.Tick();
                Assert.That(Editor.Calls.Count(call => call == "Camera.Render") - before, Is.LessThanOrEqualTo(2));
            }
        }

        [Test]
        public void TheWindowCapturesAndShowsTheShots()
        {
            var window = BridgeWindow.Open();
            var capture = EditorDriver.Find<Button>(window.rootVisualElement, "capture").Single();
            Assert.That(capture.enabledSelf, Is.False, "There is no character yet.");
            window.Character = CharacterMaker.Humanoid("Mina");
            Assert.That(EditorDriver.Find<HelpBox>(window.rootVisualElement).Select(box => box.text), Has.Some.StartsWith("15 shots, about"));
            EditorDriver.Click(capture);
            Assert.That(CaptureEnds(), Is.True);
            Editor.Tick();
            Assert.That(EditorDriver.Find<Label>(window.rootVisualElement, "status").Single().text, Is.EqualTo("15 shots taken."));
            Assert.That(EditorDriver.Find<ShotView>(window.rootVisualElement), Has.Count.EqualTo(15));
        }

        [Test]
        public void ThePresetDecidesHowManyShotsThereAre()
        {
            var window = BridgeWindow.Open();
            window.Character = CharacterMaker.Humanoid("Mina");
            EditorDriver.Find<DropdownField>(window.rootVisualElement, "preset").Single().index = (int)PlanPreset.Turntable;
            Assert.That(window.Plan.Preset, Is.EqualTo(PlanPreset.Turntable));
            Assert.That(EditorDriver.Find<HelpBox>(window.rootVisualElement).Select(box => box.text), Has.Some.StartsWith("16 shots, about"));
        }

        [Test]
        public void ThePrecisionIsKeptAndStaysWhatItIs()
        {
            var precision = EditorDriver.Find<DropdownField>(BridgeWindow.Open().rootVisualElement, "precision").Single();
            Assert.That(precision.value, Is.EqualTo("auto"));
            precision.index = (int)TrainOptionsPrecision.Fp16;
            Assert.That(BridgeSettings.instance.Training.Precision, Is.EqualTo(TrainOptionsPrecision.Fp16));
            Assert.That(EditorDriver.Find<DropdownField>(BridgeWindow.Open().rootVisualElement, "precision").Single().value, Is.EqualTo("fp16"));
        }

        [Test]
        public void APlanOfFacesSaysHowManyExpressionsItShows()
        {
            var window = BridgeWindow.Open();
            window.Character = CharacterMaker.Humanoid("Mina");
            EditorDriver.Find<DropdownField>(window.rootVisualElement, "preset").Single().index = (int)PlanPreset.Faces;
            Assert.That(EditorDriver.Find<HelpBox>(window.rootVisualElement).Select(box => box.text), Has.Some.StartsWith("12 shots, about").And.Some.EndsWith("1 of 1 expressions"));
        }

        [Test]
        public void APresetCanBeEditedAsADraftThatNobodyHasToSave()
        {
            var character = CharacterMaker.Humanoid("Mina");
            var before = Editor.Alive.Except(new object[] { BridgeSettings.instance }).ToList();
            var window = BridgeWindow.Open();
            window.Character = character;
            EditorDriver.Click(EditorDriver.Find<Button>(window.rootVisualElement).Single(button => button.text == "Edit"));
            Assert.That(window.Plan.Asset.ToPlan().Poses.Select(pose => pose.Name), Is.EqualTo(new[] { "stand", "walk", "wave", "cheer", "bow" }));
            // Choosing a preset again throws it away; closing the window leaves nothing in memory.
            EditorDriver.Find<DropdownField>(window.rootVisualElement, "preset").Single().index = (int)PlanPreset.Faces;
            Assert.That(window.Plan.Asset == null);
            EditorDriver.Click(EditorDriver.Find<Button>(window.rootVisualElement).Single(button => button.text == "Edit"));
            window.Close();
            Assert.That(Editor.Alive.Except(new object[] { BridgeSettings.instance }), Is.EqualTo(before));
        }

        [Test]
        public void TheFramingIsShownAndTheWindowLeavesNothing()
        {
            var character = CharacterMaker.Humanoid("Mina");
            var before = Editor.Alive.Except(new object[] { BridgeSettings.instance }).ToList();
            var window = BridgeWindow.Open();
            window.Character = character;
            var picture = EditorDriver.Find<Image>(window.rootVisualElement).First();
            Assert.That(Editor.TickUntil(() => picture.image != null, Limit), Is.True);
            Assert.That((picture.image.width, picture.image.height), Is.EqualTo((256, 256)));
            window.Close();
            Editor.Tick();
            Assert.That(Editor.Alive.Except(new object[] { BridgeSettings.instance }), Is.EqualTo(before));
        }

        [Test]
        public void CancelStopsAtOnceAndLeavesWhatWasTaken()
        {
            var character = CharacterMaker.Humanoid("Mina");
            var before = (Editor.Surroundings(), Editor.Alive.Count);
            LoraBridgeEditor.Capture(character, new PlanChoice { Preset = PlanPreset.Everything });
            Assert.That(Editor.TickUntil(() => Waiting.Length >= 3, Limit), Is.True);
            Editor.CancelProgress();
            Assert.That(LoraBridgeEditor.IsCapturing, Is.False);
            Assert.That((Editor.Surroundings(), Editor.Alive.Count), Is.EqualTo(before));
            Assert.That(LoraBridgeEditor.StatusText, Does.StartWith("Cancelled after"));
            var shots = Waiting.Length;
            Assert.That(shots, Is.GreaterThanOrEqualTo(3));
        }

        [Test]
        public void AReloadInTheMiddleLosesNothing()
        {
            LoraBridgeEditor.Capture(CharacterMaker.Humanoid("Mina"), new PlanChoice());
            Assert.That(Editor.TickUntil(() => Waiting.Length >= 4, Limit), Is.True);
            var before = Editor.Surroundings();
            Editor.ReloadDomain();
            Assert.That(Editor.RunningProgress, Is.Zero);
            Assert.That(Editor.Surroundings(), Does.Contain("animation 0 False").And.Contain("override False"), before);
            // The next update belongs to the next domain: everything is read from the session's state.
            Assert.That(LoraBridgeEditor.IsCapturing, Is.True);
            Assert.That(CaptureEnds(), Is.True);
            Assert.That(Waiting.Select(NameOf).Distinct().Count(), Is.EqualTo(15));
        }

        [Test]
        public void AfterTheEditorWasKilledTheDiskTells()
        {
            var character = CharacterMaker.Humanoid("Mina");
            Editor.AddAsset("Assets/Mina.prefab", character);
            LoraBridgeEditor.Capture(character, new PlanChoice());
            Assert.That(Editor.TickUntil(() => Waiting.Length >= 4, Limit), Is.True);
            Editor.Quit();
            foreach (var key in Editor.GetSessionState().Keys) SessionState.EraseString(key);
            Assert.That(CaptureEnds(), Is.True);
            Assert.That(Waiting.Select(NameOf).Distinct().Count(), Is.EqualTo(15));
        }

        [Test]
        public void PlayModeMakesACaptureWait()
        {
            LoraBridgeEditor.Capture(CharacterMaker.Humanoid("Mina"), new PlanChoice());
            Editor.TickUntil(() => Waiting.Length >= 2, Limit);
            Editor.IsPlaying = true;
            Editor.Tick();
            var shots = Waiting.Length;
            for (var tick = 0; tick < 20; tick++) Editor.Tick();
            Assert.That((LoraBridgeEditor.IsCapturing, Waiting.Length), Is.EqualTo((true, shots)));
            Assert.That(Editor.Surroundings(), Does.Contain("animation 0"));
            Editor.IsPlaying = false;
            Assert.That(CaptureEnds(), Is.True);
            Assert.That(Waiting, Has.Length.EqualTo(15));
        }

        [Test]
        public void CompilingShadersAreWaitedFor()
        {
            LoraBridgeEditor.Capture(CharacterMaker.Humanoid("Mina"), OnePose());
            Editor.IsCompilingShaders = true;
            for (var tick = 0; tick < 20; tick++) Editor.Tick();
            Assert.That(Editor.Calls, Does.Contain("Camera.Render").And.Not.Contain("AsyncGPUReadback.Request"));
            Editor.IsCompilingShaders = false;
            Assert.That(CaptureEnds(), Is.True);
            Assert.That(Waiting, Has.Length.EqualTo(1));
        }

        [Test]
        public void ErrorsAreShownInTheWindow()
        {
            Select(new GameObject("Empty"));
            Editor.Choose(Package, "Tools/LoRA Bridge/Capture selection");
            Assert.That(LoraBridgeEditor.IsCapturing, Is.False);
            Assert.That(LoraBridgeEditor.StatusText, Does.Contain("no enabled renderer"));
            Assert.That(Editor.Console, Has.Some.StartsWith("error: ").And.Some.Contains("no enabled renderer"));
        }

        [Test]
        public void TheSettingsPageOpensFromTheMenuAndKeepsWhatIsTyped()
        {
            Editor.Choose(Package, "Tools/LoRA Bridge/Settings");
            var page = EditorDriver.Open(SettingsPage.Create());
            Assert.That(Editor.OpenedSettings, Is.EqualTo(SettingsPage.Create().settingsPath));
            var fields = EditorDriver.Find<TextField>(page);
            Assert.That(fields.Count(field => field.isPasswordField), Is.EqualTo(1));
            var token = fields.Single(field => field.isPasswordField);
            token.value = " secret ";
            Assert.That(BridgeSettings.instance.Token, Is.EqualTo("secret"));
            Assert.That(Editor.Calls, Does.Contain("ScriptableSingleton.Save"));
            BridgeSettings.instance.Token = "";
        }

        [Test]
        public void TextsAreJapaneseInAJapaneseEditor()
        {
            Editor.Language = SystemLanguage.Japanese;
            var window = BridgeWindow.Open();
            Assert.That(EditorDriver.Find<Button>(window.rootVisualElement, "capture").Single().text, Is.EqualTo("撮影"));
        }

        [Test]
        public void TheLanguageIsChosenInTheSettings()
        {
            var window = BridgeWindow.Open();
            var language = EditorDriver.Find<DropdownField>(EditorDriver.Open(SettingsPage.Create())).Single();
            language.value = "日本語";
            Assert.That(EditorDriver.Find<Button>(window.rootVisualElement, "capture").Single().text, Is.EqualTo("撮影"));
            language.index = 0;
            Assert.That(EditorDriver.Find<Button>(window.rootVisualElement, "capture").Single().text, Is.EqualTo("Capture"));
        }

        static CapturePlan OnePose() => new CapturePlan
        {
            Width = 64, Height = 64, Supersampling = 1,
            Poses = { new CapturePose { Name = "stand" } }, Framings = { ShotFraming.Full }, Angles = { new CaptureAngle(0) },
        };

        static string NameOf(string shot) => Core.Protocol.Frame.Open(new ArraySegment<byte>(File.ReadAllBytes(shot))).ReadShot().Name;
    }
}
