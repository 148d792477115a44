using System;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using LoraBridge.TestStage;

namespace LoraBridge.Bench
{
    /// <summary>A stage that poses Godette but takes the same picture again and again, with a mark: drawing is not what is measured.</summary>
    sealed class ConstantStage : IStage
    {
        readonly SoftwareStage _stage = new SoftwareStage(_ => Subject.Godette("test/characters"));
        readonly RenderedPasses _still;
        StageSettings _settings;
        int _shots;

        public ConstantStage(RenderedPasses still) => _still = still;

        public bool IsBusy => false;

        public StageCharacter Load(string subject, StageSettings settings) => _stage.Load(subject, _settings = settings);

        public void SetPose(CapturePose pose) => _stage.SetPose(pose);

        public void SetExpression(CaptureExpression expression) => _stage.SetExpression(expression);

        public PosedCharacter Bake() => _stage.Bake();

        public void PlaceCamera(CameraPlacement camera) => _stage.PlaceCamera(camera);

        public Task<RenderedPasses> Render(CancellationToken cancellation)
        {
            _shots++;
            return Task.FromResult(RenderedPasses.OfTwoPasses(Copy(_still.Black), Copy(_still.White)));
        }

        public void Dispose() => _stage.Dispose();

        LinearPicture Copy(LinearPicture picture)
        {
            var copy = _settings.Pictures.RentHalf(picture.Width, picture.Height);
            Buffer.BlockCopy(picture.Half, 0, copy.Half, 0, picture.Half.Length * sizeof(ushort));
            // A grey square, brighter with each shot, so that no two files are equal.
            var rows = picture.Height / 64;
            for (var y = 0; y < rows; y++)
                for (var x = 0; x < rows * 4; x++) copy.Half[y * picture.Width * 4 + x] = (ushort)(0x3400 + _shots);
            return copy;
        }
    }
}
