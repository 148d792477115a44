#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using UnityEditor;

namespace LoraBridge.Editor.Stage
{
    /// <summary>The stage rendered by Unity. All its objects live in a preview scene; nothing is ever saved.</summary>
    sealed class UnityStage : IStage
    {
        readonly CleanUp _cleanUp = new CleanUp();
        StageScene? _scene;

        StageScene Scene => _scene ?? throw new InvalidOperationException("The stage has no character: call Load first.");

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
            _scene = new StageScene(source, settings, _cleanUp);
            return _scene.Describe();
        }

        /// <inheritdoc/>
        public void SetPose(CapturePose pose) => Scene.Poser.Apply(pose);

        /// <inheritdoc/>
        public void SetExpression(CaptureExpression expression) => Scene.Expressions.Show(expression);

        /// <inheritdoc/>
        public PosedCharacter Bake() => Scene.Scan.Measure();

        /// <inheritdoc/>
        public void PlaceCamera(CameraPlacement camera) => Scene.Camera.Place(camera);

        /// <inheritdoc/>
        public Task<RenderedPasses> Render(CancellationToken cancellation)
        {
            Scene.Render();
            return Scene.Targets.ReadBack(cancellation);
        }

        /// <inheritdoc/>
        public void Dispose() => _cleanUp.Run();
    }
}
