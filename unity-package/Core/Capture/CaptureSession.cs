#nullable enable
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Capture
{
    /// <summary>
    /// Takes the shots of a plan: at most one for each <see cref="Tick"/>, which the editor calls once per update. Matting, encoding
    /// and the sink's work happen on another thread. Everything else, events included, happens on the thread that ticks.
    /// </summary>
    public sealed class CaptureSession : IDisposable
    {
        static readonly TimeSpan MaximumPerTick = TimeSpan.FromSeconds(1);

        readonly IStage _stage;
        readonly IReadOnlyList<PlannedShot> _shots;
        readonly IShotSink _sink;
        readonly PlanProblem? _problem;
        readonly CancellationTokenSource _cancellation = new CancellationTokenSource();
        readonly Stopwatch _time = Stopwatch.StartNew();
        readonly int _first;
        readonly Stopwatch _sinceTick = Stopwatch.StartNew();
        TimeSpan _waited;
        ShotEncoder? _encoder;
        int _nextToRender;
        PlannedShot? _posedFor;
        PosedCharacter? _posed;
        CameraPlacement? _camera;
        Task<RenderedPasses>? _rendering;

        /// <summary>Whether the capture runs, or how it ended.</summary>
        public CaptureState State { get; private set; }

        /// <summary>How far the capture has got.</summary>
        public CaptureCursor Cursor { get; private set; }

        /// <summary>Number of shots in the plan; <c>Cursor.Next</c> of them are safe.</summary>
        public int Total => _shots.Count;

        /// <summary>What went wrong, where <see cref="State"/> is <see cref="CaptureState.Failed"/>.</summary>
        public LoraBridgeException? Error { get; private set; }

        /// <summary>Index of the shot that the stage failed at; null where something else failed, or nothing.</summary>
        public int? FailedShot { get; private set; }

        /// <summary>What the stage says about the character, once it is loaded.</summary>
        public StageCharacter? Character { get; private set; }

        /// <summary>How long the graphics card may take to return an image.</summary>
        internal TimeSpan ReadbackLimit { get; set; } = TimeSpan.FromMinutes(1);

        /// <summary>The shot is safe in the sink; the cursor now points behind it and may be saved.</summary>
        public event Action<TakenShot>? ShotTaken;

        /// <summary>
        /// Starts or resumes a capture. The session owns the stage from now on and disposes it at the end, whatever the end
        /// is. Nothing is done before the first tick.
        /// </summary>
        public CaptureSession(CaptureCursor cursor, IStage stage, IShotSink sink)
        {
            Cursor = cursor.At(cursor.Next);
            _stage = stage;
            _sink = sink;
            _first = _nextToRender = Cursor.Next;
            _problem = PlanValidation.Problems(cursor.Plan).FirstOrDefault();
            // A plan of far too many shots is not even expanded.
            _shots = _problem == null ? PlanExpansion.Expand(cursor.Plan) : Array.Empty<PlannedShot>();
        }

        /// <summary>Estimated time for the remaining shots, from the rate so far; null before the first shot of this session is safe.</summary>
        public TimeSpan? Remaining => Cursor.Next == _first
            ? (TimeSpan?)null
            : TimeSpan.FromTicks(_time.Elapsed.Ticks / (Cursor.Next - _first) * (Total - Cursor.Next));

        /// <summary>Does the next small piece of work: at most one shot's rendering. Never throws and never waits.</summary>
        public void Tick()
        {
            if (State != CaptureState.Running) return;
            try
            {
                if (_problem != null) throw AsError(_problem);
                Collect();
                if (State != CaptureState.Running) return;
                if (Cursor.Next >= Total) End(CaptureState.Finished);
                else if (_encoder == null) _encoder = Load();
                else TakeNext(_encoder);
            }
            catch (Exception error)
            {
                Fail(error);
            }
            _sinceTick.Restart();
        }

        /// <summary>Stops at once and releases everything. Shots that are safe stay safe.</summary>
        public void Cancel() => Stop(CaptureState.Cancelled);

        /// <summary>
        /// Stops at once, to be resumed from <see cref="Cursor"/>; a session that has ended stays as it is. The background thread is
        /// not waited for: a shot that it is just passing to the sink is offered again when the capture is resumed, with the same id.
        /// </summary>
        public void Dispose() => Stop(CaptureState.Suspended);

        ShotEncoder Load()
        {
            Character = _stage.Load(Cursor.Subject, new StageSettings(Cursor.Plan, new PicturePool()));
            if (PlanValidation.Problems(Cursor.Plan, Character).FirstOrDefault() is PlanProblem problem) throw AsError(problem);
            return new ShotEncoder(Cursor, _sink);
        }

        void TakeNext(ShotEncoder encoder)
        {
            FailedShot = _nextToRender - 1;
            if (Receive(encoder) && (_nextToRender = Cursor.FirstUnskipped(_nextToRender)) < Total && encoder.HasRoom && !_stage.IsBusy)
            {
                FailedShot = _nextToRender;
                Render(_shots[_nextToRender++]);
            }
            FailedShot = null;
        }

        void Render(PlannedShot shot)
        {
            var isPosed = _posedFor != null && _posedFor.Pose == shot.Pose;
            if (!isPosed) _stage.SetPose(shot.Pose);
            if (!isPosed || _posedFor!.Expression != shot.Expression)
            {
                _stage.SetExpression(shot.Expression);
                _posed = _stage.Bake();
                _posedFor = shot;
            }
            _camera = ShotFramer.Place(Cursor.Plan, shot, _posed!);
            _stage.PlaceCamera(_camera);
            _waited = TimeSpan.Zero;
            _rendering = _stage.Render(_cancellation.Token);
        }

        /// <summary>Passes the rendered images of the current shot to the encoder. Returns false while they are not read back yet.</summary>
        bool Receive(ShotEncoder encoder)
        {
            if (_rendering == null) return true;
            if (!_rendering.IsCompleted)
            {
                CheckReadbackTime();
                return false;
            }
            var passes = _rendering.GetAwaiter().GetResult();
            _rendering = null;
            var shot = _shots[_nextToRender - 1];
            encoder.Add(shot, RegionProjection.Regions(_posed!, _camera!), passes);
            return true;
        }

        /// <summary>A graphics device that was reset never answers. Time without ticks, such as a laptop's sleep, hardly counts.</summary>
        void CheckReadbackTime()
        {
            var step = _sinceTick.Elapsed;
            _waited += step < MaximumPerTick ? step : MaximumPerTick;
            if (_waited > ReadbackLimit)
                throw new CaptureException("resource.gpu.timeout", $"The graphics card has not returned the image for {ReadbackLimit.TotalSeconds:0} s.",
                    "Restart the editor: its graphics device is lost. Then capture again: the capture resumes at this shot.");
        }

        /// <summary>Moves the cursor behind the shots that the sink has accepted.</summary>
        void Collect()
        {
            while (State == CaptureState.Running && _encoder?.Collect() is TakenShot shot)
            {
                Cursor = Cursor.At(shot.Planned.Index + 1);
                ShotTaken?.Invoke(shot);
            }
        }

        void Stop(CaptureState state)
        {
            if (State != CaptureState.Running) return;
            try
            {
                Collect();
                End(state);
            }
            catch (Exception error)
            {
                Fail(error);
            }
        }

        void Fail(Exception error)
        {
            Error = error as LoraBridgeException ?? new CaptureException("state.capture.failed", error.Message,
                "The shots taken so far are safe. Fix the problem and capture again: the capture resumes at the next shot.", error);
            End(CaptureState.Failed);
        }

        void End(CaptureState state)
        {
            if (State != CaptureState.Running) return;
            State = state;
            _encoder?.Stop();
            // Images that arrive too late are returned to their pool, and an error of an abandoned task is observed.
            _rendering?.ContinueWith(late => { if (late.Exception == null && !late.IsCanceled) late.Result.Dispose(); }, TaskScheduler.Default);
            _rendering = null;
            try
            {
                try
                {
                    // Runs the callbacks that the stage has registered, which may throw.
                    _cancellation.Cancel();
                }
                finally
                {
                    _stage.Dispose();
                }
            }
            catch (Exception error)
            {
                State = CaptureState.Failed;
                Error ??= new CaptureException("state.stage.dispose", $"The stage could not be cleared: {error.Message}",
                    "Save the scene under another name and reopen it, and report the problem with the editor's log.", error);
            }
        }

        static CaptureException AsError(PlanProblem problem) => new CaptureException(problem.Code, problem.Message, problem.Hint);
    }
}
