using System;
using System.Collections.Generic;
using System.Threading;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;

namespace LoraBridge.TestStage
{
    /// <summary>Takes all shots of a plan with the package's session, in memory and without an editor.</summary>
    public static class StageCapture
    {
        sealed class Sink : IShotSink
        {
            public readonly List<TakenShot> Shots = new List<TakenShot>();

            public void Accept(TakenShot shot) => Shots.Add(shot);
        }

        /// <summary>The shots of the default plan after `change`.</summary>
        public static List<TakenShot> Take(Subject subject, Action<CapturePlan> change)
        {
            CapturePlan plan;
            using (var stage = new SoftwareStage(_ => subject))
                plan = PlanPresets.Default(stage.Load("", new StageSettings(new CapturePlan(), new PicturePool())));
            change(plan);
            var sink = new Sink();
            using var session = new CaptureSession(CaptureCursor.Begin(subject.Character.Name, "", plan), new SoftwareStage(_ => subject), sink);
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
