#nullable enable
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using LoraBridge.Core.Protocol;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Capture
{
    public class CaptureSessionTests
    {
        /// <summary>Eight shots: two poses, two expressions of which one is the face as it is, two angles.</summary>
        static CapturePlan Plan() => new CapturePlan
        {
            Poses = { new CapturePose { Name = "stand" }, new CapturePose { Name = "walk", Source = PoseSource.Clip, Clip = "walk" } },
            Framings = { ShotFraming.Full, ShotFraming.Face },
            Angles = { new CaptureAngle(0), new CaptureAngle(40, 10) },
            Width = 64, Height = 96, Supersampling = 2,
        };

        static CaptureCursor Begin() => CaptureCursor.Begin("Mina", "Assets/Mina.prefab", Plan());

        static void TickUntil(CaptureSession session, Func<bool> isDone)
        {
            for (var time = Stopwatch.StartNew(); !isDone(); Thread.Sleep(1))
            {
                if (time.Elapsed > TimeSpan.FromSeconds(60)) Assert.Fail($"Still {session.State} at shot {session.Cursor.Next}.");
                session.Tick();
            }
        }

        static CaptureSession RunToEnd(CaptureCursor cursor, FakeStage stage, MemorySink sink)
        {
            var session = new CaptureSession(cursor, stage, sink);
            TickUntil(session, () => session.State != CaptureState.Running);
            return session;
        }

        [Test]
        public void TakesEveryShotOnceAndInOrder()
        {
            var (stage, sink) = (new FakeStage(), new MemorySink());
            var taken = new List<(string Name, int Next)>();
            var session = new CaptureSession(Begin(), stage, sink);
            session.ShotTaken += shot => taken.Add((shot.Planned.Name, session.Cursor.Next));
            TickUntil(session, () => session.State != CaptureState.Running);

            Assert.That((session.State, session.Error), Is.EqualTo((CaptureState.Finished, (LoraBridgeException?)null)));
            var names = PlanExpansion.Expand(Plan()).Select(shot => shot.Name).ToList();
            Assert.That(sink.Offered, Is.EqualTo(names));
            Assert.That(taken, Is.EqualTo(names.Select((name, index) => (name, index + 1))));
            Assert.That(stage.Calls.Count(call => call == "Dispose"), Is.EqualTo(1));
        }

        [Test]
        public void KnowsEverythingAboutAShot()
        {
            var sink = new MemorySink();
            RunToEnd(Begin(), new FakeStage(), sink);
            var shot = sink.Shots.Single(candidate => candidate.Planned.Name == "walk_full_yaw40_pitch10");
            Assert.That((shot.Character, shot.Planned.Pose.Name, shot.Planned.Angle.Yaw, shot.Planned.Angle.Pitch, shot.Planned.Framing),
                Is.EqualTo(("Mina", "walk", 40f, 10f, ShotFraming.Full)));
            var head = shot.Regions["head"];
            Assert.That(head.X, Is.GreaterThan(0));
            Assert.That(head.X + head.Width, Is.LessThan(64));
            using var algorithm = System.Security.Cryptography.SHA256.Create();
            Assert.That(shot.Sha256, Is.EqualTo(BitConverter.ToString(algorithm.ComputeHash(shot.Png)).Replace("-", "").ToLowerInvariant()));
            Assert.That(shot.Png.Skip(16).Take(8), Is.EqualTo(new byte[] { 0, 0, 0, 64, 0, 0, 0, 96 }));
            Assert.That(shot.Quality.Coverage, Is.EqualTo(0.5).Within(1e-6));
        }

        [Test]
        public void IdsAreUuidsThatNameThePicture()
        {
            var (first, again, other) = (new MemorySink(), new MemorySink(), new MemorySink());
            var cursor = Begin();
            RunToEnd(cursor, new FakeStage(), first);
            RunToEnd(cursor, new FakeStage(), again);
            RunToEnd(Begin(), new FakeStage(), other);
            Assert.That(first.Shots.Select(shot => shot.Id), Is.Unique.And.EqualTo(again.Shots.Select(shot => shot.Id)));
            Assert.That(first.Shots.Select(shot => shot.Id).Intersect(other.Shots.Select(shot => shot.Id)), Is.Empty);
            Assert.That(first.Shots.Select(shot => shot.Id.ToString()),
                Is.All.Match("^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));
        }

        [Test]
        public void PosesOnlyWhereSomethingChanges()
        {
            var plan = Plan();
            plan.Expressions.Add(new CaptureExpression());
            plan.Expressions.Add(new CaptureExpression { Name = "smiling" });
            var stage = new FakeStage();
            RunToEnd(CaptureCursor.Begin("Mina", "mina", plan), stage, new MemorySink());
            string[] Shots(int count) => Enumerable.Repeat(new[] { "PlaceCamera", "Render" }, count).SelectMany(call => call).ToArray();
            Assert.That(stage.Calls, Is.EqualTo(new[] { "Load mina" }
                .Concat(new[] { "SetPose stand", "SetExpression", "Bake" }).Concat(Shots(4)).Concat(new[] { "SetExpression smiling", "Bake" }).Concat(Shots(4))
                .Concat(new[] { "SetPose walk", "SetExpression", "Bake" }).Concat(Shots(4)).Concat(new[] { "SetExpression smiling", "Bake" }).Concat(Shots(4))
                .Append("Dispose")));
        }

        [Test]
        public void ATickRendersAtMostOneShotAndNeverWaits()
        {
            var (stage, sink) = (new FakeStage { CompletesAtOnce = false }, new MemorySink());
            using var session = new CaptureSession(Begin(), stage, sink);
            int Shots() => stage.Calls.Count(call => call == "Render");
            Assert.That(stage.Calls, Is.Empty, "nothing before the first tick");
            session.Tick();
            Assert.That(stage.Calls, Is.EqualTo(new[] { "Load Assets/Mina.prefab" }));
            stage.IsBusy = true;
            for (var i = 0; i < 5; i++) session.Tick();
            Assert.That(Shots(), Is.Zero, "while shaders compile");
            stage.IsBusy = false;
            for (var i = 0; i < 5; i++) session.Tick();
            Assert.That(Shots(), Is.EqualTo(1), "while the pixels are read back");
            for (var shots = 1; shots < 8; shots++)
            {
                stage.Complete();
                TickUntil(session, () => Shots() > shots);
                Assert.That(Shots(), Is.EqualTo(shots + 1));
            }
        }

        [Test]
        public void RendersNoMoreThanCanBeEncoded()
        {
            var (stage, sink) = (new FakeStage(), new MemorySink());
            sink.Gate.Reset();
            var session = new CaptureSession(Begin(), stage, sink);
            for (var i = 0; i < 50; i++) session.Tick();
            Assert.That(stage.Calls.Count(call => call == "Render"), Is.EqualTo(2));
            Assert.That(session.Cursor.Next, Is.Zero, "nothing is safe yet");
            sink.Gate.Set();
            TickUntil(session, () => session.State != CaptureState.Running);
            Assert.That(sink.Shots.Count, Is.EqualTo(8));
        }

        [Test]
        public void ResumesAtTheNextShotWhereverItWasInterrupted(
            [Values] bool killed, [Range(0, 7)] int safe, [Values(0, 1, 2, 5)] int ticksAfter)
        {
            var sink = new MemorySink();
            var kept = Begin().ToJson();
            using var first = new CaptureSession(CaptureCursor.Parse(kept)!, new FakeStage(), sink);
            // An editor writes the cursor down after each shot; killed, it can do no more.
            first.ShotTaken += _ => kept = first.Cursor.ToJson();
            TickUntil(first, () => first.Cursor.Next >= safe);
            for (var i = 0; i < ticksAfter; i++) first.Tick();
            if (!killed) first.Dispose();

            var second = RunToEnd(CaptureCursor.Parse(kept)!, new FakeStage(), sink);

            Assert.That(second.State, Is.EqualTo(CaptureState.Finished));
            Assert.That(sink.Shots.Select(shot => shot.Planned.Name).ToList(), Is.Unique.And.Count.EqualTo(8));
            Assert.That(sink.Offered.Count, Is.LessThanOrEqualTo(8 + 2), "only what was not safe yet is taken again");
        }

        [Test]
        public void GoesOnHoweverOftenItIsInterrupted()
        {
            var sink = new MemorySink();
            var (cursor, sessions) = (Begin(), 0);
            for (var state = CaptureState.Suspended; state != CaptureState.Finished; sessions++)
            {
                var session = new CaptureSession(CaptureCursor.Parse(cursor.ToJson())!, new FakeStage(), sink);
                TickUntil(session, () => session.Cursor.Next > cursor.Next || session.State != CaptureState.Running);
                session.Dispose();
                (state, cursor) = (session.State, session.Cursor);
            }
            Assert.That(sessions, Is.InRange(2, 9));
            Assert.That(sink.Shots.Select(shot => shot.Planned.Name).ToList(), Is.Unique.And.Count.EqualTo(8));
        }

        static readonly (string Member, int Call)[] Failures =
        {
            ("Load", 1), ("IsBusy", 1), ("SetPose", 1), ("SetPose", 2), ("SetExpression", 1), ("Bake", 2), ("PlaceCamera", 1), ("PlaceCamera", 3),
            ("Render", 1), ("Render", 5), ("Readback", 1), ("Readback", 6), ("Dispose", 1),
        };

        [TestCaseSource(nameof(Failures))]
        public void AnErrorOfTheStageLeavesEverythingDisposed((string, int) failure)
        {
            var (stage, sink) = (new FakeStage { Failure = failure }, new MemorySink());
            var session = RunToEnd(Begin(), stage, sink);
            Assert.That(session.State, Is.EqualTo(CaptureState.Failed));
            Assert.That(session.Error!.Message, Does.Contain(failure.Item1 + " failed"));
            Assert.That(session.Error.Hint, Is.Not.Empty);
            Assert.That(stage.Calls.Count(call => call == "Dispose"), Is.EqualTo(1));
            Assert.That(stage.Calls.Last(), Is.EqualTo("Dispose"));

            session.Tick();
            session.Cancel();
            session.Dispose();
            Assert.That(stage.Calls.Last(), Is.EqualTo("Dispose"), "it stays as it is");
            Assert.That(session.State, Is.EqualTo(CaptureState.Failed));

            Assert.That(RunToEnd(session.Cursor, new FakeStage(), sink).State, Is.EqualTo(CaptureState.Finished));
            Assert.That(sink.Shots.Select(shot => shot.Planned.Name).OrderBy(name => name), Is.EqualTo(PlanExpansion.Expand(Plan()).Select(shot => shot.Name).OrderBy(name => name)));
        }

        [Test]
        public void AnErrorOfTheSinkEndsTheCaptureBeforeItsShot()
        {
            var (stage, sink) = (new FakeStage(), new MemorySink { Refuses = "stand_face_yaw40_pitch10" });
            var session = RunToEnd(Begin(), stage, sink);
            Assert.That((session.State, session.Error!.Code), Is.EqualTo((CaptureState.Failed, "state.capture.failed")));
            Assert.That(session.Error.InnerException, Is.SameAs(sink.Refusal));
            Assert.That(session.Cursor.Next, Is.EqualTo(3));
            Assert.That(sink.Shots.Count, Is.EqualTo(3), "no later shot overtakes it");

            sink.Refuses = null;
            Assert.That(RunToEnd(session.Cursor, new FakeStage(), sink).State, Is.EqualTo(CaptureState.Finished));
            Assert.That(sink.Shots.Select(shot => shot.Planned.Name).ToList(), Is.Unique.And.Count.EqualTo(8));
        }

        [Test]
        public void AnErrorWithACodeKeepsIt()
        {
            var full = new LoraBridgeException("resource.disk.full", "The disk is full.", "Make room.");
            var session = RunToEnd(Begin(), new FakeStage(), new MemorySink { Refuses = "stand_full_yaw0", Refusal = full });
            Assert.That(session.Error, Is.SameAs(full));
        }

        [Test]
        public void CancelStopsAtOnce([Values(0, 1, 2, 3, 6)] int ticks)
        {
            var (stage, sink) = (new FakeStage { CompletesAtOnce = false }, new MemorySink());
            sink.Gate.Reset();
            var session = new CaptureSession(Begin(), stage, sink);
            for (var i = 0; i < ticks; i++)
            {
                session.Tick();
                if (i % 2 == 0) stage.Complete();
            }
            session.Cancel();
            Assert.That(session.State, Is.EqualTo(CaptureState.Cancelled));
            Assert.That(stage.Calls.Last(), Is.EqualTo("Dispose"));
            var calls = stage.Calls.Count;
            stage.Complete();
            sink.Gate.Set();
            for (var i = 0; i < 5; i++) session.Tick();
            Assert.That(stage.Calls.Count, Is.EqualTo(calls), "nothing happens any more");
        }

        [Test]
        public void PicturesThatComeTooLateGoBackToTheirPool()
        {
            var stage = new FakeStage { CompletesAtOnce = false };
            var session = new CaptureSession(Begin(), stage, new MemorySink());
            for (var i = 0; i < 3; i++) session.Tick();
            session.Cancel();
            stage.Complete();
            TickUntil(session, () => new[] { 0, 1 }.Any(_ => stage.Pictures!.RentSingle(128, 192).Single == stage.LastPicture));
        }

        [Test]
        public void WhatTheSinkHasAcceptedIsSafeWhenItIsDisposed()
        {
            var sink = new MemorySink();
            sink.Gate.Reset();
            var session = new CaptureSession(Begin(), new FakeStage(), sink);
            for (var i = 0; i < 4; i++) session.Tick();
            sink.Gate.Set();
            // The first shot's acceptance is noted before the second one is offered.
            for (var time = Stopwatch.StartNew(); sink.Shots.Count < 2; Thread.Sleep(1)) Assert.That(time.Elapsed.TotalSeconds, Is.LessThan(60));
            Assert.That(session.Cursor.Next, Is.Zero);
            session.Dispose();
            Assert.That(session.Cursor.Next, Is.GreaterThanOrEqualTo(1));
        }

        [Test]
        public void AStageThatFailsWhenItIsCancelledIsDisposedAllTheSame()
        {
            var stage = new FakeStage { CompletesAtOnce = false, Failure = ("Cancel", 1) };
            var session = new CaptureSession(Begin(), stage, new MemorySink());
            for (var i = 0; i < 3; i++) session.Tick();
            session.Cancel();
            Assert.That((session.State, session.Error!.Code), Is.EqualTo((CaptureState.Failed, "state.stage.dispose")));
            Assert.That(stage.Calls.Last(), Is.EqualTo("Dispose"));
        }

        [Test]
        public void CancelMayComeFromAHandler()
        {
            var (stage, sink) = (new FakeStage(), new MemorySink());
            var session = new CaptureSession(Begin(), stage, sink);
            var taken = 0;
            session.ShotTaken += _ =>
            {
                taken++;
                session.Cancel();
            };
            TickUntil(session, () => session.State != CaptureState.Running);
            Assert.That((session.State, session.Error), Is.EqualTo((CaptureState.Cancelled, (LoraBridgeException?)null)));
            Assert.That(taken, Is.EqualTo(session.Cursor.Next));
            Assert.That(stage.Calls.Count(call => call == "Dispose"), Is.EqualTo(1));
        }

        [Test]
        public void APlanWithoutShotsIsRefusedBeforeAnythingIsLoaded()
        {
            var stage = new FakeStage();
            var session = RunToEnd(CaptureCursor.Begin("Mina", "mina", new CapturePlan()), stage, new MemorySink());
            Assert.That((session.State, session.Error!.Code), Is.EqualTo((CaptureState.Failed, "input.plan.empty")));
            Assert.That(stage.Calls, Is.EqualTo(new[] { "Dispose" }));
        }

        [Test]
        public void APlanThatTheCharacterCannotCarryOutIsRefused()
        {
            var stage = new FakeStage { HasHead = false };
            var session = RunToEnd(Begin(), stage, new MemorySink());
            Assert.That(session.Error!.Code, Is.EqualTo("input.plan.no-head"));
            Assert.That(stage.Calls, Is.EqualTo(new[] { "Load Assets/Mina.prefab", "Dispose" }));
        }

        [Test]
        public void ACaptureThatWasDoneHasNothingLeftToDo()
        {
            var sink = new MemorySink();
            var done = RunToEnd(Begin(), new FakeStage(), sink).Cursor;
            var stage = new FakeStage();
            Assert.That(RunToEnd(done, stage, sink).State, Is.EqualTo(CaptureState.Finished));
            Assert.That(stage.Calls, Is.EqualTo(new[] { "Dispose" }));
        }

        [Test]
        public void EstimatesTheRemainingTime()
        {
            var session = new CaptureSession(Begin(), new FakeStage(), new MemorySink());
            Assert.That(session.Remaining, Is.Null);
            TickUntil(session, () => session.Cursor.Next >= 2);
            if (session.State == CaptureState.Running) Assert.That(session.Remaining, Is.GreaterThan(TimeSpan.Zero));
            TickUntil(session, () => session.State != CaptureState.Running);
            Assert.That(session.Remaining, Is.EqualTo(TimeSpan.Zero));
        }

        [Test]
        public void AGraphicsCardThatNeverAnswersEndsTheCapture()
        {
            var stage = new FakeStage { CompletesAtOnce = false };
            var session = new CaptureSession(Begin(), stage, new MemorySink()) { ReadbackLimit = TimeSpan.FromMilliseconds(200) };
            TickUntil(session, () => session.State != CaptureState.Running);
            Assert.That((session.State, session.Error?.Code), Is.EqualTo((CaptureState.Failed, "resource.gpu.timeout")));
            Assert.That(stage.Calls.Last(), Is.EqualTo("Dispose"));
        }

        [Test]
        public void TimeWithoutTicksDoesNotCountAgainstTheGraphicsCard()
        {
            var stage = new FakeStage { CompletesAtOnce = false };
            var session = new CaptureSession(Begin(), stage, new MemorySink()) { ReadbackLimit = TimeSpan.FromSeconds(1.5) };
            TickUntil(session, () => stage.Calls.Contains("Render"));
            Thread.Sleep(2000);
            session.Tick();
            Assert.That(session.State, Is.EqualTo(CaptureState.Running));
            session.Dispose();
        }
    }
}
