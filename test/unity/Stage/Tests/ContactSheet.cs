using System;
using System.Collections.Generic;
using System.IO;
using LoraBridge.Core.Capture;
using NUnit.Framework;

namespace LoraBridge.TestStage.Tests
{
    /// <summary>Writes the pictures that <c>npm run unity:sheet</c> puts on one sheet; run by that command only.</summary>
    public class ContactSheet
    {
        [Test, Explicit]
        public void TakesTheDefaultPlan()
        {
            string folder = Environment.GetEnvironmentVariable("CONTACT_SHEET_SHOTS");
            if (folder == null) Assert.Ignore("npm run unity:sheet says where to.");
            var shots = StageCapture.Take(Subject.Godette("test/characters"), plan =>
            {
                plan.Width = 288;
                plan.Height = 384;
            });
            foreach (TakenShot shot in shots) File.WriteAllBytes(Path.Combine(folder, $"{shot.Planned.Index:00} {shot.Planned.Name}.png"), shot.Png);
        }
    }
}
