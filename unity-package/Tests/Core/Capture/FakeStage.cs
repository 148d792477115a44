#nullable enable
using System;
using System.Collections.Generic;
using System.Numerics;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;

namespace LoraBridge.Core.Tests.Capture
{
    /// <summary>
    /// A fake stage that renders a square whose shade depends on pose, expression and angle. It records every call, fails in one of them if
    /// requested, and can leave its readbacks pending until <see cref="Complete"/>.
    /// </summary>
    sealed class FakeStage : IStage
    {
        readonly List<TaskCompletionSource<RenderedPasses>> _pending = new List<TaskCompletionSource<RenderedPasses>>();
        readonly List<Func<RenderedPasses>> _results = new List<Func<RenderedPasses>>();
        StageSettings? _settings;
        CameraPlacement? _camera;
        string _pose = "", _expression = "";

        public List<string> Calls { get; } = new List<string>();

        /// <summary>The member that fails, and on which of its calls, from 1.</summary>
        public (string Member, int Call)? Failure { get; set; }

        public bool CompletesAtOnce { get; set; } = true;

        public bool HasHead { get; set; } = true;

        public bool IsBusy { get; set; }

        /// <summary>Where its pictures come from, once it is loaded.</summary>
        public PicturePool? Pictures => _settings?.Pictures;

        /// <summary>The memory of the last picture that it took.</summary>
        public float[]? LastPicture { get; private set; }

        bool IStage.IsBusy
        {
            get
            {
                Fail(nameof(IsBusy));
                return IsBusy;
            }
        }

        public StageCharacter Load(string subject, StageSettings settings)
        {
            Note(nameof(Load), subject);
            _settings = settings;
            return new StageCharacter { Name = subject, HasHead = HasHead, Clips = new[] { new StageClip("walk", 1), new StageClip("run", 1) } };
        }

        public void SetPose(CapturePose pose)
        {
            Note(nameof(SetPose), pose.Name);
            (_pose, _expression) = (pose.Name, "");
        }

        public void SetExpression(CaptureExpression expression)
        {
            Note(nameof(SetExpression), expression.Name);
            _expression = expression.Name;
        }

        public PosedCharacter Bake()
        {
            Note(nameof(Bake), "");
            var head = new[] { new Vector3(-1, 1, 0), new Vector3(1, 2, 0) };
            return new PosedCharacter(new[] { new Vector3(-1, 0, 0), new Vector3(1, 2, 0) }, new[] { new StageRegion(StageRegion.Head, head, 1) }, 1);
        }

        public void PlaceCamera(CameraPlacement camera)
        {
            Note(nameof(PlaceCamera), "");
            _camera = camera;
        }

        public Task<RenderedPasses> Render(CancellationToken cancellation)
        {
            Note(nameof(Render), "");
            cancellation.Register(() => Fail("Cancel"));
            var shade = 0.1f + Math.Abs((_pose + _expression + _camera!.Position).GetHashCode() % 1000) / 1200f;
            var source = new TaskCompletionSource<RenderedPasses>();
            var fails = Failure is (string, int) failure && failure == ("Readback", CallsOf(nameof(Render)));
            _pending.Add(source);
            _results.Add(() => fails ? throw new InvalidOperationException("Readback failed") : MakePasses(shade));
            if (CompletesAtOnce) Complete();
            return source.Task;
        }

        /// <summary>Lets the pictures under way come back.</summary>
        public void Complete()
        {
            for (var i = 0; i < _pending.Count; i++)
                try
                {
                    _pending[i].SetResult(_results[i]());
                }
                catch (InvalidOperationException error)
                {
                    _pending[i].SetException(error);
                }
            _pending.Clear();
            _results.Clear();
        }

        public void Dispose()
        {
            Calls.Add(nameof(Dispose));
            Fail(nameof(Dispose));
        }

        RenderedPasses MakePasses(float shade)
        {
            LinearPicture Fill(float background)
            {
                var picture = _settings!.Pictures.RentSingle(_settings.Width, _settings.Height);
                for (var i = 0; i < picture.Single!.Length; i++) picture.Single[i] = i / 4 % picture.Width < picture.Width / 2 ? shade : background;
                LastPicture = picture.Single;
                return picture;
            }
            return RenderedPasses.OfTwoPasses(Fill(0), Fill(1));
        }

        void Note(string member, string what)
        {
            Calls.Add(what.Length > 0 ? member + " " + what : member);
            Fail(member);
        }

        void Fail(string member)
        {
            if (Failure is (string, int) failure && failure.Item1 == member && (member == nameof(IsBusy) || member == "Cancel" || failure.Item2 == CallsOf(member)))
                throw new InvalidOperationException(member + " failed");
        }

        int CallsOf(string member) => Calls.FindAll(call => call == member || call.StartsWith(member + " ")).Count;
    }
}
