#nullable enable
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Pictures;
using UnityEditor;
using UnityEngine;
using UnityEngine.Experimental.Rendering;
using UnityEngine.Rendering;

namespace LoraBridge.Editor.Stage
{
    /// <summary>Linear half-float render targets, with asynchronous readback.</summary>
    sealed class RenderTargets
    {
        const GraphicsFormat Format = GraphicsFormat.R16G16B16A16_SFloat;

        readonly PicturePool _pictures;

        /// <summary>Target of the only pass, or of the one on black.</summary>
        public RenderTexture Black { get; }

        /// <summary>Target of the pass on white, or null.</summary>
        public RenderTexture? White { get; }

        public RenderTargets(StageSettings settings, bool hasTwoPasses, CleanUp cleanUp)
        {
            _pictures = settings.Pictures;
            var samples = TargetBudget.Samples
              (settings.Width, settings.Height, hasTwoPasses ? 2 : 1, settings.Supersampling, SystemInfo.graphicsMemorySize);
            Black = CreateTarget(settings, samples, cleanUp);
            if (hasTwoPasses) White = CreateTarget(settings, samples, cleanUp);
            CheckTargets();
        }

        static RenderTexture CreateTarget(StageSettings settings, int samples, CleanUp cleanUp)
        {
            var description = new RenderTextureDescriptor(settings.Width, settings.Height, Format, 32) { msaaSamples = samples };
            // Limited to what the GPU supports for this format; 1 if it supports no multisampling.
            description.msaaSamples = SystemInfo.GetRenderTextureSupportedMSAASampleCount(description);
            var target = new RenderTexture(description);
            cleanUp.Add(() => Object.DestroyImmediate(target));
            cleanUp.Add(target.Release);
            target.hideFlags = HideFlags.HideAndDontSave;
            target.filterMode = FilterMode.Point;
            return target;
        }

        /// <summary>Creates the targets if they do not exist, also after a lost graphics device.</summary>
        /// <exception cref="CaptureException">The graphics card has no memory for them; rendered images would be black.</exception>
        public void CheckTargets()
        {
            foreach (var target in new[] { Black, White })
                if (target != null && !target.IsCreated() && !target.Create())
                    throw new CaptureException
                      ("resource.gpu.memory", $"The graphics card has no memory for an image of {target.width} × {target.height} pixels.",
                       "Reduce the image size or the supersampling, or close other programs that use the graphics card.");
        }

        /// <summary>Reads the targets back. Nothing may be rendered into them until the task has ended.</summary>
        public async Task<RenderedPasses> ReadBack(CancellationToken cancellation)
        {
            // Read here, on the main thread.
            var isEncoded = PlayerSettings.colorSpace == ColorSpace.Gamma;
            var black = ReadBack(Black, cancellation);
            if (White == null) return RenderedPasses.OfSinglePass(await black.ConfigureAwait(false), isEncoded);
            var white = ReadBack(White, cancellation);
            try
            {
                await Task.WhenAll(black, white).ConfigureAwait(false);
            }
            catch
            {
                if (black.Status == TaskStatus.RanToCompletion) black.Result.Dispose();
                if (white.Status == TaskStatus.RanToCompletion) white.Result.Dispose();
                throw;
            }
            return RenderedPasses.OfTwoPasses(black.Result, white.Result, isEncoded);
        }

        Task<LinearPicture> ReadBack(RenderTexture target, CancellationToken cancellation)
        {
            var completion = new TaskCompletionSource<LinearPicture>();
            var (width, height) = (target.width, target.height);
            var request = AsyncGPUReadback.Request
              (target, 0, Format, answer => Finish(answer, width, height, completion, cancellation));
            // Otherwise an idle editor does not deliver the result until the mouse moves over it.
            request.forcePlayerLoopUpdate = true;
            return completion.Task;
        }

        void Finish(AsyncGPUReadbackRequest answer, int width, int height,
            TaskCompletionSource<LinearPicture> completion, CancellationToken cancellation)
        {
            if (cancellation.IsCancellationRequested)
            {
                completion.TrySetCanceled(cancellation);
                return;
            }
            if (answer.hasError)
            {
                completion.TrySetException(new CaptureException
                  ("resource.gpu.readback", "The graphics card did not return the image.",
                   "Reduce the image size or the supersampling, or restart the editor."));
                return;
            }
            var picture = _pictures.RentHalf(width, height);
            answer.GetData<ushort>().CopyTo(picture.Half);
            completion.TrySetResult(picture);
        }
    }
}
