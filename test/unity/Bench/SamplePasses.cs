using System;
using System.Threading;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using LoraBridge.TestStage;

namespace LoraBridge.Bench
{
    /// <summary>Exposures as Unity reads them back: half floats, 1024 × 1024 finished pixels.</summary>
    static class SamplePasses
    {
        public const int Edge = 1024;

        public static CapturePlan Plan(int supersampling)
        {
            var plan = PlanPresets.Default(new StageCharacter { IsHumanoid = true });
            (plan.Width, plan.Height, plan.Supersampling) = (Edge, Edge, supersampling);
            return plan;
        }

        /// <summary>Godette, as the test stage draws the first shot of the default plan.</summary>
        public static RenderedPasses Godette(int supersampling)
        {
            var plan = Plan(supersampling);
            using var stage = new SoftwareStage(_ => Subject.Godette("test/characters"));
            stage.Load("", new StageSettings(plan, new PicturePool()));
            var shot = PlanExpansion.Expand(plan)[0];
            stage.SetPose(shot.Pose);
            stage.SetExpression(shot.Expression);
            stage.PlaceCamera(ShotFramer.Place(plan, shot, stage.Bake()));
            using var passes = stage.Render(CancellationToken.None).GetAwaiter().GetResult();
            return RenderedPasses.OfTwoPasses(ToHalf(passes.Black), ToHalf(passes.White));
        }

        /// <summary>The hardest picture there is: half-transparent grain from edge to edge.</summary>
        public static RenderedPasses Grain(int supersampling)
        {
            var random = new Random(1);
            var pool = new PicturePool();
            var (black, white) = (pool.RentHalf(Edge * supersampling, Edge * supersampling), pool.RentHalf(Edge * supersampling, Edge * supersampling));
            for (var i = 0; i < black.Half.Length; i += 4)
            {
                var alpha = (float)random.NextDouble();
                for (var channel = 0; channel < 3; channel++)
                {
                    var light = alpha * (float)random.NextDouble();
                    black.Half[i + channel] = ToHalf(light);
                    white.Half[i + channel] = ToHalf(light + 1 - alpha);
                }
            }
            return RenderedPasses.OfTwoPasses(black, white);
        }

        static LinearPicture ToHalf(LinearPicture picture)
        {
            var half = new PicturePool().RentHalf(picture.Width, picture.Height);
            for (var i = 0; i < half.Half.Length; i++) half.Half[i] = ToHalf(picture.Single[i]);
            return half;
        }

        // Cuts off instead of rounding: speed does not depend on the last bit.
        static ushort ToHalf(float value)
        {
            if (value < 6.103515625e-5f) return 0;
            var bits = BitConverter.ToInt32(BitConverter.GetBytes(value), 0);
            return (ushort)(((bits >> 23) - 112 << 10) + (bits >> 13 & 1023));
        }
    }
}
