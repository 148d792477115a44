#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;

namespace LoraBridge.Core.Capture
{
    /// <summary>
    /// Poses and renders a character, which stands upright along +y and faces +z, so that its left is −x, at
    /// any scale and position.
    /// <para>
    /// Every member is called on the thread that made the stage (Unity's main thread), in this order: <see cref="Load"/> once; then
    /// for each shot <see cref="SetPose"/> and <see cref="SetExpression"/> where they change, <see cref="Bake"/> after either,
    /// <see cref="PlaceCamera"/>, <see cref="Render"/>; finally <see cref="IDisposable.Dispose"/>.
    /// </para>
    /// <para>
    /// Errors that the user can fix are <see cref="CaptureException"/>. After an exception from any member the stage is
    /// disposed; <c>Dispose</c> may come at any time, even before <c>Load</c> or while a shot is being rendered, and more than once. It
    /// leaves scene, selection, lights, time and assets as they were.
    /// </para>
    /// </summary>
    public interface IStage : IDisposable
    {
        /// <summary>Brings a copy of the character onto the stage, and sets up lights and camera.</summary>
        /// <param name="subject">How the stage finds the character: an asset path, a global object id, a file.</param>
        /// <param name="settings">What stays the same for all shots.</param>
        StageCharacter Load(string subject, StageSettings settings);

        /// <summary>Poses the character. The expression is the neutral one until <see cref="SetExpression"/> is called again.</summary>
        void SetPose(CapturePose pose);

        /// <summary>Replaces the expression; an empty key is the face as it is.</summary>
        void SetExpression(CaptureExpression expression);

        /// <summary>The vertices of the character as it is now.</summary>
        PosedCharacter Bake();

        /// <summary>Places the camera.</summary>
        void PlaceCamera(CameraPlacement camera);

        /// <summary>
        /// True while a shot would come out wrong, such as with shaders still compiling. The session waits.
        /// </summary>
        bool IsBusy { get; }

        /// <summary>
        /// Renders the character. Both passes are rendered before it returns, so that no time passes between them; the task ends
        /// when the pixels have been read back, and the caller then owns the passes. No other member but
        /// <see cref="IsBusy"/> and <c>Dispose</c> is called until the task has ended.
        /// </summary>
        Task<RenderedPasses> Render(CancellationToken cancellation);
    }
}
