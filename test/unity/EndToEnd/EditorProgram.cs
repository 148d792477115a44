using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;
using DeclaredUnity;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Plans;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Stage;
using LoraBridge.Editor.Window;
using LoraBridge.TestStage;
using UnityEditor;
using UnityEngine;
using UnityEngine.UIElements;

namespace LoraBridge.EndToEnd
{
    // Domains exist on Mono only, and so does the lifetime of what crosses them.
#pragma warning disable SYSLIB0010, CS0672

    /// <summary>The editor's side of <see cref="UnityApp"/>: the package in a project of one character, which stands on the test stage.</summary>
    sealed class EditorProgram : MarshalByRefObject
    {
        EditorDriver _driver;
        Subject _subject;
        string _character;

        public override object InitializeLifetimeService() => null;

        /// <summary>What Unity does when it has loaded a domain.</summary>
        public void Open(EditorSetup setup)
        {
            _driver = new EditorDriver(setup.Project);
            _driver.SetSessionState(setup.Session);
            _character = setup.Character;
            Stages.Create = () => new SoftwareStage(_ => _subject ??= Characters.Make(_character));
            RuntimeHelpers.RunClassConstructor(typeof(LoraBridgeEditor).TypeHandle);

            var settings = BridgeSettings.instance;
            settings.Command = DaemonProcess.Script;
            settings.Address = setup.Address;
            settings.Token = setup.Token;
            settings.Training.Steps = setup.Steps;
            settings.Training.PreviewEvery = setup.PreviewEvery;

            var character = Characters.MakeObject(setup.Name, setup.Character);
            _driver.AddAsset($"Assets/{setup.Name}.prefab", character);
            Selection.activeGameObject = character;
            var window = BridgeWindow.Open();
            window.Character = character;
            window.Plan.Asset = MakePlan(setup);
        }

        CapturePlanAsset MakePlan(EditorSetup setup)
        {
            _subject = Characters.Make(_character);
            var plan = PlanPresets.Default(new StageCharacter
            {
                Name = setup.Name, IsHumanoid = _character != Characters.NoHead, HasHead = _character != Characters.NoHead,
                Clips = _subject.Clips.Select(clip => new StageClip(clip.Name, clip.Length)).ToList(),
            });
            plan.Width = plan.Height = setup.Size;
            plan.Supersampling = setup.Supersampling;
            if (setup.HasNoPoses) plan.Poses.Clear();
            var asset = ScriptableObject.CreateInstance<CapturePlanAsset>();
            asset.Set(plan, new AnimationClip[0]);
            return asset;
        }

        /// <summary>Chooses a menu item.</summary>
        public void Press(string menu)
        {
            if (!_driver.Choose(typeof(LoraBridgeEditor).Assembly, menu)) throw new InvalidOperationException($"{menu} is greyed out.");
        }

        /// <summary>Corrects the settings' token.</summary>
        public void SetToken(string token) => BridgeSettings.instance.Token = token;

        /// <summary>One update of the editor.</summary>
        public void Tick() => _driver.Tick();

        /// <summary>What a person could see now.</summary>
        public EditorView Look() => new EditorView
        {
            IsCapturing = LoraBridgeEditor.IsCapturing,
            Taken = (int)Math.Round(LoraBridgeEditor.CaptureProgress * 15),
            Waiting = LoraBridgeEditor.WaitingShots,
            OpenStages = SoftwareStage.Open,
            Status = LoraBridgeEditor.StatusText,
            Connection = LoraBridgeEditor.ConnectionText,
            Training = LoraBridgeEditor.Training.StatusText,
            TrainingState = LoraBridgeEditor.Training.State?.ToString() ?? "",
            Previews = LoraBridgeEditor.Training.Previews.Select(preview => preview.Step).ToList(),
            Gallery = LoraBridgeEditor.Gallery.Shots.Select(shot => new SeenShot
            {
                Name = shot.Name, IsInspected = shot.IsInspected, IsExcluded = shot.IsExcluded, Caption = shot.Caption, FaceSource = shot.Face?.Source.ToString() ?? "",
            }).ToList(),
            Errors = _driver.Console.Where(line => !line.StartsWith("log:", StringComparison.Ordinal)).ToList(),
        };

        /// <summary>The picture files in the gallery, by name.</summary>
        public Dictionary<string, byte[]> Pictures() => LoraBridgeEditor.Gallery.Shots.ToDictionary(shot => shot.Name, shot => shot.Png);

        /// <summary>Width and height of the preview that the window shows for each place of its slider, all decoded.</summary>
        public List<(int Width, int Height)> PreviewsInWindow()
        {
            var root = _driver.Windows.OfType<BridgeWindow>().Single().rootVisualElement;
            var slider = EditorDriver.Find<SliderInt>(root, "preview-steps").Single();
            var sizes = new List<(int, int)>();
            for (int i = 0; i <= slider.highValue; i++)
            {
                slider.value = i;
                byte[] wanted = LoraBridgeEditor.Training.Previews[i].Picture;
                var shown = EditorDriver.Find<Image>(root).First(image => image.image != null && EditorDriver.FileOf(image.image) == wanted);
                byte[] rgba = Jpeg.Decode(EditorDriver.FileOf(shown.image), out int width, out int height);
                if (rgba.Length != width * height * 4) throw new InvalidOperationException("A preview cannot be decoded.");
                sizes.Add((width, height));
            }
            return sizes;
        }

        /// <summary>Clicks a button of the window.</summary>
        public void PressInWindow(string button) => EditorDriver.Click(EditorDriver.Find<Button>(WindowRoot, button).Single());

        /// <summary>What a label of the window says.</summary>
        public string LabelText(string label) => EditorDriver.Find<Label>(WindowRoot, label).Single().text;

        /// <summary>What a list of the window offers.</summary>
        public List<string> Choices(string list) => EditorDriver.Find<DropdownField>(WindowRoot, list).Single().choices;

        /// <summary>What was copied last.</summary>
        public string Clipboard() => _driver.Clipboard;

        /// <summary>What the user chooses in the next dialog.</summary>
        public void ChoosePath(string path) => _driver.ChosenPath = path;

        /// <summary>The words of the character.</summary>
        public void SetWords(string trigger, string kind)
        {
            EditorDriver.Find<TextField>(WindowRoot, "trigger").Single().value = trigger;
            EditorDriver.Find<TextField>(WindowRoot, "class").Single().value = kind;
        }

        VisualElement WindowRoot => _driver.Windows.OfType<BridgeWindow>().Single().rootVisualElement;

        /// <summary>Opens a shot of the gallery at full size, by a click on it.</summary>
        public void OpenShot(string name)
        {
            var root = WindowRoot;
            var label = EditorDriver.Find<Label>(root).First(found => found.text == name);
            EditorDriver.Click((VisualElement)label);
        }

        /// <summary>Clicks a button of the shot's window.</summary>
        public void PressInShot(string button) => EditorDriver.Click(EditorDriver.Find<Button>(ShotRoot, button).Single());

        /// <summary>Writes a caption in the shot's window.</summary>
        public void WriteCaption(string caption) => EditorDriver.Find<TextField>(ShotRoot, "shot-caption").Single().value = caption;

        /// <summary>Draws the face in the shot's window. Returns how many points of it are a pixel of the picture.</summary>
        public float DrawFace(float x1, float y1, float x2, float y2)
        {
            var picture = EditorDriver.Find<Image>(ShotRoot, "shot-picture").Single();
            EditorDriver.Draw(picture, new Vector2(x1, y1), new Vector2(x2, y2));
            return picture.style.width.value.value / picture.image.width;
        }

        VisualElement ShotRoot => _driver.Windows.OfType<ShotWindow>().Single().rootVisualElement;

        /// <summary>Everything in one line, for messages.</summary>
        public string Describe()
        {
            var view = Look();
            return $"Capturing {view.IsCapturing} ({view.Taken}), waiting {view.Waiting}, gallery {view.Gallery.Count} "
                + $"({view.Gallery.Count(shot => shot.IsInspected)} inspected); {view.Status}; {view.Connection}; {view.Training}; {string.Join("; ", view.Errors)}";
        }

        /// <summary>Scripts are about to be compiled. Returns what the session keeps.</summary>
        public Dictionary<string, string> Reload()
        {
            var clock = Stopwatch.StartNew();
            _driver.ReloadDomain();
            // Unity disables all windows then, and enables them in the new domain.
            foreach (var window in _driver.Windows.ToList()) window.Close();
            Console.WriteLine($"The domain was left after {clock.ElapsedMilliseconds} ms.");
            if (SoftwareStage.Open != 0) throw new InvalidOperationException("A stage was left open.");
            return _driver.GetSessionState();
        }

        /// <summary>The editor is closed.</summary>
        public void Quit()
        {
            _driver.Quit();
            _driver.Dispose();
            if (SoftwareStage.Open != 0) throw new InvalidOperationException("A stage was left open.");
        }
    }
}
