#nullable enable
using LoraBridge.Core.Capture;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Plan;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>Everything that a loaded character needs: its clone in a preview scene, lights, camera and render targets.</summary>
    sealed class StageScene
    {
        const float WarmUpFieldOfView = 20;

        readonly CharacterClone _clone;
        readonly ClipLibrary _clips;
        readonly StageLights _lights;
        readonly StageSettings _settings;

        public Poser Poser { get; }
        public Expressions Expressions { get; }
        public BodyScan Scan { get; }
        public StageCamera Camera { get; }
        public RenderTargets Targets { get; }

        public StageScene(GameObject source, StageSettings settings, CleanUp cleanUp)
        {
            _settings = settings;
            _clone = new CharacterClone(source, cleanUp);
            _clips = new ClipLibrary(_clone.Root);
            Poser = new Poser(_clone, _clips, cleanUp);
            Expressions = new Expressions(_clone);
            Scan = new BodyScan(_clone, cleanUp);
            Camera = new StageCamera(_clone.Scene, settings.Light, cleanUp);
            _lights = new StageLights(settings.Light, _clone, Camera.Transform, cleanUp);
            Targets = new RenderTargets(settings, settings.Matting == MattingMode.BlackAndWhite, cleanUp);
            WarmUp();
        }

        /// <summary>What the character is capable of.</summary>
        public StageCharacter Describe() => new StageCharacter
        {
            Name = _clone.Source.name,
            IsHumanoid = _clone.IsHumanoid,
            HasHead = Scan.HasHead,
            Clips = _clips.With(_settings.Clips),
            Expressions = Expressions.Names,
            ExpressionPresets = Expressions.Presets,
        };

        // Rendering makes Unity compile missing shaders; until then it shows cyan.
        void WarmUp()
        {
            var points = Scan.Measure().Vertices;
            if (points.Count == 0) return;
            Camera.Place(CameraFraming.Frame(points, points, new CaptureAngle(0), WarmUpFieldOfView, _settings.Width, _settings.Height, 0));
            _lights.RenderWith(() => Camera.Render(Targets.Black, Color.clear));
        }

        /// <summary>Renders both passes, or the only one, into the targets.</summary>
        public void Render()
        {
            Targets.CheckTargets();
            _lights.RenderWith(() =>
            {
                Camera.Render(Targets.Black, Color.clear);
                if (Targets.White != null) Camera.Render(Targets.White, Color.white);
            });
        }
    }
}
