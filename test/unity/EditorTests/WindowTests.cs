using System;
using System.IO;
using System.Linq;
using DeclaredUnity;
using LoraBridge.Core.Protocol;
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
    /// <summary>What the window shows and does, with no daemon to be found.</summary>
    sealed class WindowTests : SessionTestFixture
    {
        static T Find<T>(BridgeWindow window, string name) where T : VisualElement => EditorDriver.Find<T>(window.rootVisualElement, name).Single();

        static string RowOf(BridgeWindow window, string name) => EditorDriver.Find<Label>(Find<VisualElement>(window, name)).Single().text;

        static bool IsShown(VisualElement element) => element.style.display.value == DisplayStyle.Flex;

        [Test]
        public void ChangingAnOptionLeavesTheWindowAsItIs()
        {
            LoraBridgeEditor.Capture(CharacterMaker.Humanoid("Mina"), new PlanChoice());
            var window = BridgeWindow.Open();
            Assert.That(Editor.TickUntil(() => !LoraBridgeEditor.IsCapturing && LoraBridgeEditor.Gallery.Shots.Count == 15, Limit), Is.True);
            Editor.Tick();
            var (field, page) = (Find<IntegerField>(window, "steps"), EditorDriver.Find<ScrollView>(window.rootVisualElement).Single());
            var textures = Editor.Calls.Count(call => call == "new Texture2D");
            field.value = 1500;
            Assert.That(BridgeSettings.instance.Training.Steps, Is.EqualTo(1500));
            Assert.That(Find<IntegerField>(window, "steps"), Is.SameAs(field));
            Assert.That(EditorDriver.Find<ScrollView>(window.rootVisualElement).Single(), Is.SameAs(page));
            Assert.That(Editor.Calls.Count(call => call == "new Texture2D"), Is.EqualTo(textures), "pictures are decoded again");
        }

        [Test]
        public void TheGalleryKeepsSmallPicturesOnly()
        {
            LoraBridgeEditor.Capture(CharacterMaker.Humanoid("Mina"), new PlanChoice());
            var window = BridgeWindow.Open();
            Assert.That(Editor.TickUntil(() => !LoraBridgeEditor.IsCapturing, Limit), Is.True);
            Editor.Tick();
            var kept = Editor.Alive.OfType<Texture2D>().Select(texture => texture.width).ToList();
            Assert.That(kept, Has.Count.EqualTo(15).And.All.LessThanOrEqualTo(256));
            // The face is placed by the picture's own size, not by that of its copy.
            var shot = LoraBridgeEditor.Gallery.Shots[0];
            LoraBridgeEditor.Gallery.OnEvent(new ShotInspected { Shot = shot.Id, Face = new Face { X = 512, Y = 256, Width = 128, Height = 128, Source = FaceSource.Detector } });
            window.Refresh();
            var boxes = EditorDriver.Find<Image>(window.rootVisualElement).Where(image => image.image != null && image.childCount == 1)
                .SelectMany(image => image.Children()).Where(IsShown).Select(box => box.style.left.value.value).ToList();
            Assert.That(boxes, Is.EqualTo(new[] { 64f }));
        }

        [Test]
        public void ACharacterCanBeDroppedAnywhereOnItsPanel()
        {
            var window = BridgeWindow.Open();
            var panel = EditorDriver.Find<CharacterPanel>(window.rootVisualElement).Single();
            Assert.That(Editor.Drop(panel, ScriptableObject.CreateInstance<CapturePlanAsset>()), Is.False, "a plan is no character");
            var mina = CharacterMaker.Humanoid("Mina");
            Assert.That(Editor.Drop(panel, mina), Is.True);
            Assert.That(window.Character, Is.SameAs(mina));
            var other = CharacterMaker.Humanoid("Other");
            Assert.That(Editor.Drop(panel, other.GetComponent<Animator>()), Is.True, "a component stands for its object");
            Assert.That(window.Character, Is.SameAs(other));
        }

        static void EditPlan(BridgeWindow window)
            => EditorDriver.Click(EditorDriver.Find<Button>(window.rootVisualElement).Single(button => button.text == "Edit"));

        [Test]
        public void ADraftOutlivesTheEditor()
        {
            var window = BridgeWindow.Open();
            window.Character = CharacterMaker.Humanoid("Mina");
            EditorDriver.Find<DropdownField>(window.rootVisualElement, "preset").Single().index = (int)PlanPreset.Turntable;
            EditPlan(window);
            var plan = Newtonsoft.Json.JsonConvert.SerializeObject(window.Plan.Asset.ToPlan());
            window.Close();
            Editor.Quit();
            foreach (var key in Editor.GetSessionState().Keys.ToList()) SessionState.EraseString(key);

            var later = BridgeWindow.Open();
            Assert.That(later.Plan.Asset, Is.Not.Null, "the draft is gone");
            Assert.That(Newtonsoft.Json.JsonConvert.SerializeObject(later.Plan.Asset.ToPlan()), Is.EqualTo(plan));
            // Once another is chosen it is forgotten.
            later.Character = CharacterMaker.Humanoid("Mina");
            EditorDriver.Find<DropdownField>(later.rootVisualElement, "preset").Single().index = (int)PlanPreset.Faces;
            later.Close();
            Assert.That(BridgeWindow.Open().Plan.Asset == null);
        }

        [Test]
        public void ChangesOfThePlanCanBeUndone()
        {
            var window = BridgeWindow.Open();
            window.Character = CharacterMaker.Humanoid("Mina");
            var preset = EditorDriver.Find<DropdownField>(window.rootVisualElement, "preset").Single();
            EditPlan(window);
            var draft = window.Plan.Asset;
            EditorDriver.ClearUndo();
            preset.index = (int)PlanPreset.Faces;
            Assert.That(draft == null);
            Editor.UndoAll();
            Assert.That(window.Plan.Asset, Is.SameAs(draft));
            Assert.That((preset.index, window.Plan.Preset), Is.EqualTo((0, PlanPreset.Default)));
        }

        [Test]
        public void TheFramingIsTakenAgainWhenAMaterialChanges()
        {
            var window = BridgeWindow.Open();
            window.Character = CharacterMaker.Humanoid("Mina");
            var picture = EditorDriver.Find<Image>(window.rootVisualElement).First();
            Assert.That(Editor.TickUntil(() => picture.image != null, Limit), Is.True);
            var before = picture.image;
            for (var tick = 0; tick < 20; tick++) Editor.Tick();
            Assert.That(picture.image, Is.SameAs(before));
            EditorDriver.EditMaterial(window.Character);
            Assert.That(Editor.TickUntil(() => picture.image != before, TimeSpan.FromSeconds(20)), Is.True);
        }

        [Test]
        public void AShotThatFailsCanBeSkipped()
        {
            var window = BridgeWindow.Open();
            window.Character = CharacterMaker.Humanoid("Mina");
            var poses = 0;
            Editor.OnCall = call =>
            {
                if (call == "HumanPoseHandler.SetHumanPose" && LoraBridgeEditor.IsCapturing && ++poses == 2) throw new InvalidOperationException("The pose is broken.");
            };
            LoraBridgeEditor.Capture(window.Character, window.Plan);
            Assert.That(Editor.TickUntil(() => !LoraBridgeEditor.IsCapturing, Limit), Is.True);
            Assert.That(LoraBridgeEditor.Error?.Message, Is.EqualTo("The pose is broken."));
            EditorDriver.Click(EditorDriver.Find<Button>(Find<VisualElement>(window, "error"), "dismiss").Single());
            Assert.That(LoraBridgeEditor.Error?.Message, Is.Not.EqualTo("The pose is broken."), "it was dismissed");
            var skip = Find<Button>(window, "skip");
            Assert.That(IsShown(skip), Is.True);
            EditorDriver.Click(skip);
            Assert.That(Editor.TickUntil(() => !LoraBridgeEditor.IsCapturing, Limit), Is.True);
            Assert.That(LoraBridgeEditor.Gallery.Shots.Select(shot => shot.Name).ToList(), Has.Count.EqualTo(14).And.None.EqualTo("walk_full_yaw0"));
            Editor.Tick();
            Assert.That(IsShown(skip), Is.False);
        }

        [Test]
        public void AnErrorHasItsButtons()
        {
            var window = BridgeWindow.Open();
            window.Character = new GameObject("Empty");
            LoraBridgeEditor.Session.Daemon.EnsureDaemon();
            Assert.That(Editor.TickUntil(() => LoraBridgeEditor.Error != null, Limit), Is.True);
            var box = Find<VisualElement>(window, "error");
            Assert.That(IsShown(box), Is.True);
            EditorDriver.Click(EditorDriver.Find<Button>(box, "action-OpenSettings").Single());
            Assert.That(Editor.OpenedSettings, Is.EqualTo(SettingsPage.Path));
            EditorDriver.Click(EditorDriver.Find<Button>(box, "action-CopyError").Single());
            Assert.That(Editor.Clipboard, Does.StartWith("state.daemon.absent: "));
            Assert.That(EditorDriver.Find<Button>(box, "action-StartDaemon"), Has.Count.EqualTo(1));
        }

        [Test]
        public void TheChecklistSaysWhatIsMissingAndOffersIt()
        {
            BridgeSettings.instance.Descriptor = "";
            BridgePreferences.Node = "/nowhere/node";
            BridgeSettings.instance.Command = Path.Combine(Project, "empty");
            BridgeSettings.instance.Training.BaseModel = "/nowhere/model.safetensors";
            var window = BridgeWindow.Open();
            Assert.That(Editor.TickUntil(() => RowOf(window, "setup-node").StartsWith("✗", StringComparison.Ordinal), Limit), Is.True);
            Assert.That(RowOf(window, "setup-package"), Does.StartWith("✗").And.Contain("npm install -g"));
            Assert.That(RowOf(window, "setup-model"), Does.StartWith("✗").And.Contain("/nowhere/model.safetensors"));
            Assert.That(RowOf(window, "setup-daemon"), Does.StartWith("✗"));

            var node = Path.Combine(Project, "node");
            File.WriteAllText(node, "#!/bin/sh\necho v22.1.0\n");
            using (var chmod = System.Diagnostics.Process.Start("chmod", $"+x \"{node}\"")) chmod.WaitForExit();
            Editor.ChosenPath = node;
            EditorDriver.Click(EditorDriver.Find<Button>(Find<VisualElement>(window, "setup-node")).Single());
            Assert.That(BridgePreferences.Node, Is.EqualTo(node));
            Assert.That(Editor.TickUntil(() => RowOf(window, "setup-node") == $"✓ Node.js: {node} (22.1.0)", Limit), Is.True, RowOf(window, "setup-node"));

            Editor.ChosenPath = node;
            EditorDriver.Click(Find<Button>(window, "setup-choose-model"));
            Assert.That(RowOf(window, "setup-model"), Is.EqualTo("✓ Base model: " + node));
            Assert.That(Find<TextField>(window, "base-model").value, Is.EqualTo(node), "the field shows what was chosen");
        }
    }
}
