#nullable enable
using LoraBridge.Core.Capture;
using LoraBridge.Editor.Batch;
using LoraBridge.Editor.Plans;
using NUnit.Framework;

namespace LoraBridge.Editor.Tests
{
    sealed class BatchOptionsTests
    {
        [Test]
        public void OptionsAreFoundAmongUnitysOwn()
        {
            var options = BatchOptions.Parse(new[]
            {
                "Unity", "-batchmode", "-executeMethod", "LoraBridge.Editor.Batch.BatchCapture.Run",
                "-character", "Assets/Mina.prefab", "-plan", "turntable", "-out", "Shots", "-train",
            });
            Assert.That(options.Character, Is.EqualTo("Assets/Mina.prefab"));
            Assert.That(options.Out, Is.EqualTo("Shots"));
            Assert.That(options.Plan.Preset, Is.EqualTo(PlanPreset.Turntable));
            Assert.That(options.Train, Is.True);
        }

        [TestCase("-character", "Assets/Mina.prefab")]
        [TestCase("-out", "Shots")]
        public void WhatIsMissingIsNamed(string given, string value)
        {
            var error = Assert.Throws<CaptureException>(() => BatchOptions.Parse(new[] { "Unity", given, value }))!;
            Assert.That(error.Code, Is.EqualTo("input.option.invalid"));
        }

        [Test]
        public void AnUnknownPlanIsRefused()
        {
            var error = Assert.Throws<CaptureException>
              (() => BatchOptions.Parse(new[] { "Unity", "-character", "a", "-out", "b", "-plan", "Assets/Gone.asset" }))!;
            Assert.That(error.Code, Is.EqualTo("input.plan.missing"));
        }
    }
}
