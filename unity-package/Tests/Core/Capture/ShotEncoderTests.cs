#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Capture
{
    public class ShotEncoderTests
    {
        static readonly CapturePlan Plan = new CapturePlan
        {
            Poses = { new CapturePose { Name = "stand" } }, Framings = { ShotFraming.Full },
            Angles = { new CaptureAngle(0), new CaptureAngle(90) }, Width = 64, Height = 64, Supersampling = 1,
        };

        static LinearPicture Grey(PicturePool pool)
        {
            var picture = pool.RentSingle(64, 64);
            Array.Fill(picture.Single!, 0.5f);
            return picture;
        }

        [Test]
        public void ALaterShotDoesNotOvertakeOneThatFailed()
        {
            var sink = new MemorySink { Refuses = "stand_full_yaw0" };
            sink.Gate.Reset();
            var encoder = new ShotEncoder(CaptureCursor.Begin("Mina", "mina", Plan), sink);
            var pool = new PicturePool();
            Assert.That(encoder.HasRoom);
            foreach (var shot in PlanExpansion.Expand(Plan))
                encoder.Add(shot, new Dictionary<string, PictureRegion>(), RenderedPasses.OfSinglePass(Grey(pool)));
            Assert.That(encoder.HasRoom, Is.False);
            sink.Gate.Set();

            Exception? error = null;
            Assert.That(SpinWait.SpinUntil(() =>
            {
                try
                {
                    return encoder.Collect() != null;
                }
                catch (Exception caught)
                {
                    error = caught;
                    return true;
                }
            }, 60_000));
            Assert.That(error, Is.SameAs(sink.Refusal));
            Assert.That(SpinWait.SpinUntil(() => sink.Shots.Any(), 100), Is.False);
        }
    }
}
