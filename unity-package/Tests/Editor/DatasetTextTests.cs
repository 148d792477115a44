#nullable enable
using System.Collections.Generic;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Window;
using NUnit.Framework;

namespace LoraBridge.Editor.Tests
{
    public class DatasetTextTests
    {
        [Test]
        public void CountsComeFirstAndEachNoteNamesAFewFiles()
        {
            var report = new DatasetReport
            {
                Images = 15,
                Framings = new Dictionary<string, long> { ["full"] = 15, ["face"] = 12 },
                Faces = new Dictionary<string, long> { ["region"] = 12, ["none"] = 3 },
                Notes = new List<DatasetNote>
                {
                    new DatasetNote { Message = "4 images are small.", Count = 4, Files = new List<string> { "a.png", "b.png", "c.png", "d.png" } },
                    new DatasetNote { Message = "Look closely.", Count = 0 },
                },
            };
            Assert.That(DatasetText.Of(report).Split('\n'), Is.EqualTo(new[]
            {
                "Training on 15 images (crops: full 15, face 12). Faces: region 12, none 3.", "• 4 images are small. (a.png, b.png, c.png, …)", "• Look closely.",
            }));
        }
    }
}
