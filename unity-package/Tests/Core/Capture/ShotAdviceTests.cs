#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Protocol;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Capture
{
    public class ShotAdviceTests
    {
        static Face Face(FaceSource source, double confidence = 0.9) => new Face { Width = 10, Height = 10, Source = source, Confidence = confidence };

        static Dictionary<string, double> Regions(double head, double hand) => new Dictionary<string, double> { ["head"] = head, ["leftHand"] = hand };

        static readonly object?[][] Cases =
        {
            new object?[] { Regions(1, 1), Face(FaceSource.Region), new Advice[0] },
            new object?[] { Regions(0.3, 1), Face(FaceSource.Region, 0.3), new[] { Advice.HeadGuessed } },
            new object?[] { Regions(0.3, 0.2), Face(FaceSource.Detector), new[] { Advice.HandGuessed } },
            new object?[] { Regions(0.7, 0.7), Face(FaceSource.Silhouette), new[] { Advice.FaceGuessed } },
            new object?[] { new Dictionary<string, double>(), null, new[] { Advice.NoFace } },
            // A person has drawn it.
            new object?[] { Regions(0.3, 1), Face(FaceSource.Region, 1), new Advice[0] },
        };

        [TestCaseSource(nameof(Cases))]
        public void EveryGuessIsNamed(Dictionary<string, double> regions, Face? face, Advice[] advice)
          => Assert.That(ShotAdvice.Of(regions, true, face), Is.EqualTo(advice));

        [Test]
        public void BeforeTheDaemonHasLookedNoFaceIsMissing()
          => Assert.That(ShotAdvice.Of(Regions(1, 1), false, null), Is.Empty);

        static ShotDescription Shot(string name, ShotDescriptionState state, Face? face = null, bool? isExcluded = null)
          => new ShotDescription { Name = name, State = state, Face = face, Excluded = isExcluded };

        [Test]
        public void TheReportCountsWhatATrainingWouldGet()
        {
            var report = ShotSummary.Of(new[]
            {
                Shot("walk", ShotDescriptionState.Inspected, Face(FaceSource.Region)),
                Shot("walk", ShotDescriptionState.Inspected),
                Shot("wave", ShotDescriptionState.Inspected, Face(FaceSource.Silhouette)),
                Shot("bow", ShotDescriptionState.Rejected),
                Shot("bow", ShotDescriptionState.Inspected),
                Shot("sit", ShotDescriptionState.Inspected, Face(FaceSource.Region), true),
                Shot("sit", ShotDescriptionState.Inspected, Face(FaceSource.Region)),
                Shot("run", ShotDescriptionState.Stored),
            });
            Assert.That((report.Shots, report.Excluded, report.Rejected, report.Waiting), Is.EqualTo((4, 1, 1, 1)));
            Assert.That((report.Faces, report.GuessedFaces, report.WithoutFace), Is.EqualTo((1, 1, 1)));
        }
    }
}
