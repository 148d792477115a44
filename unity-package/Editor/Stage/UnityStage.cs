using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using UnityEditor;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>The stage rendered by Unity. All its objects live in a preview scene; nothing is ever saved.</summary>
    sealed class UnityStage : IStage
    {
        const float WarmUpFieldOfView = 20;

        readonly CleanUp _cleanUp = new CleanUp();
        CharacterClone _clone;
        Poser _poser;
        Expressions _expressions;
        BodyScan _scan;
        StageCamera _camera;
        StageLights _lights;
        RenderTargets _targets;

        /// <inheritdoc/>
        public bool IsBusy => EditorApplication.isCompiling || EditorApplication.isUpdating || ShaderUtil.anythingCompiling;

        /// <inheritdoc/>
        public StageCharacter Load(string subject, StageSettings settings)
        {
            var source = CharacterSubject.Resolve(subject);
            var asyncCompilation = ShaderUtil.allowAsyncCompilation;
            _cleanUp.Add(() => ShaderUtil.allowAsyncCompilation = asyncCompilation);
            // Shaders compile in the background, and IsBusy waits for them. Synchronous compilation would freeze the editor.
            ShaderUtil.allowAsyncCompilation = true;

            _clone = new CharacterClone(source, _cleanUp);
            var clips = new ClipLibrary(_clone.Root);
            _poser = new Poser(_clone, clips, _cleanUp);
            _expressions = new Expressions(_clone);
            _scan = new BodyScan(_clone, _cleanUp);
            _camera = new StageCamera(_clone.Scene, settings.Light, _cleanUp);
            _lights = new StageLights(settings.Light, _clone, _camera.Transform, _cleanUp);
            _targets = new RenderTargets(settings, settings.Matting == MattingMode.BlackAndWhite, _cleanUp);
            WarmUp(settings);
            return new StageCharacter
            {
                Name = source.name,
                IsHumanoid = _clone.IsHumanoid,
                HasHead = _scan.HasHead,
                Clips = clips.With(settings.Clips),
                Expressions = _expressions.Names,
                ExpressionPresets = _expressions.Presets,
            };
        }

        /// <inheritdoc/>
        public void SetPose(CapturePose pose) => _poser.Apply(pose);

        /// <inheritdoc/>
        public void SetExpression(CaptureExpression expression) => _expressions.Show(expression);

        /// <inheritdoc/>
        public PosedCharacter Bake() => _scan.Measure();

        /// <inheritdoc/>
        public void PlaceCamera(CameraPlacement camera) => _camera.Place(camera);

        // Rendering makes Unity compile missing shaders; until then it shows cyan.
        void WarmUp(StageSettings settings)
        {
            var points = _scan.Measure().Vertices;
            if (points.Count == 0) return;
            _camera.Place(CameraFraming.Frame(points, points, new CaptureAngle(0), WarmUpFieldOfView, settings.Width, settings.Height, 0));
            _lights.RenderWith(() => _camera.Render(_targets.Black, Color.clear));
        }

        /// <inheritdoc/>
        public Task<RenderedPasses> Render(CancellationToken cancellation)
        {
            _targets.CheckTargets();
            _lights.RenderWith(() =>
            {
                _camera.Render(_targets.Black, Color.clear);
                if (_targets.White != null) _camera.Render(_targets.White, Color.white);
            });
            return _targets.ReadBack(cancellation);
        }

        /// <inheritdoc/>
        public void Dispose() => _cleanUp.Run();
    }
}
