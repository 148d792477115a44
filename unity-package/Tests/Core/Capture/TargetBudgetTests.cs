#nullable enable
using LoraBridge.Core.Capture;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Capture
{
    public class TargetBudgetTests
    {
        [TestCase(1024, 2, 1, 8192, ExpectedResult = 8, Description = "plenty")]
        [TestCase(1024, 2, 1, 0, ExpectedResult = 8, Description = "a card whose memory is unknown")]
        [TestCase(2048, 2, 2, 24576, ExpectedResult = 2, Description = "supersampling takes the samples' place")]
        [TestCase(3072, 2, 3, 24576, ExpectedResult = 1)]
        [TestCase(2048, 2, 1, 4096, ExpectedResult = 4, Description = "8 would take 1088 MiB of 1024")]
        [TestCase(2048, 1, 1, 4096, ExpectedResult = 8, Description = "one target instead of two")]
        [TestCase(2048, 2, 1, 1024, ExpectedResult = 1)]
        public int SamplesFit(int side, int targets, int supersampling, int memory)
            => TargetBudget.Samples(side, side, targets, supersampling, memory);

        [Test]
        public void TwoPicturesOf2048WithEightSamplesTakeMoreThanAGibibyte()
            => Assert.That(TargetBudget.Bytes(2048, 2048, 2, 8) >> 20, Is.EqualTo(1088));

        [Test]
        public void WhatDoesNotFitAtAllIsRefusedWithTheNumbers()
        {
            var error = Assert.Throws<CaptureException>(() => TargetBudget.Samples(4096, 4096, 2, 2, 1024))!;
            Assert.That(error.Code, Is.EqualTo("resource.gpu.memory"));
            Assert.That(error.Message, Does.Contain("512 MiB").And.Contain("1024 MiB"));
        }
    }
}
