using System;
using System.Collections.Generic;
using System.Threading;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;

namespace LoraBridge.TestStage.Tests
{
    /// <summary>Takes all shots of the default plan as the editor would, in memory.</summary>
    static class Photographer
    {
        sealed class Sink : IShotSink
        {
            public readonly List<TakenShot> Shots = new List<TakenShot>();

            public void Accept(TakenShot shot) => Shots.Add(shot);
        }

        public static List<TakenShot> Take(Subject subject, Action<CapturePlan> change)
        {
            CapturePlan plan;
            using (var stage = new SoftwareStage(_ => subject))
                plan = PlanPresets.Default(stage.Load("", new StageSettings(new CapturePlan(), new PicturePool())));
            change(plan);
            var sink = new Sink();
            var cursor = CaptureCursor.Begin("Godette", "", plan);
            using var session = new CaptureSession(cursor, new SoftwareStage(_ => subject), sink);
            while (session.State == CaptureState.Running)
            {
                session.Tick();
                Thread.Sleep(1);
            }
            if (session.Error != null) throw session.Error;
            return sink.Shots;
        }
    }
}
