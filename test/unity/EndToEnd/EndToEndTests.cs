using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using LoraBridge.TestStage;
using Newtonsoft.Json.Linq;
using NUnit.Framework;

namespace LoraBridge.EndToEnd
{
    /// <summary>What every test here has: a data folder for the daemon, a project for the editor, and nothing left behind.</summary>
    public abstract class EndToEndTests
    {
        protected const string Capture = "Tools/LoRA Bridge/Capture selection";

        // 15 shots at the size of most tests, taken without an editor: the expected result.
        static readonly Dictionary<string, List<(string Name, string Sha256)>> Expected = new Dictionary<string, List<(string, string)>>();

        string _folder;
        string _homeBefore;

        protected string Home => Path.Combine(_folder, "home");

        [SetUp]
        public void MakeFolders()
        {
            _folder = Path.Combine(Path.GetTempPath(), "lora-bridge-end-to-end-" + Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(Path.Combine(_folder, "project", "Assets"));
            _homeBefore = Environment.GetEnvironmentVariable("LORA_BRIDGE_HOME");
            Environment.SetEnvironmentVariable("LORA_BRIDGE_HOME", Home);
        }

        [TearDown]
        public void RemoveFolders()
        {
            DaemonProcess.KillAll(Home);
            Environment.SetEnvironmentVariable("LORA_BRIDGE_HOME", _homeBefore);
            for (int tries = 0; ; tries++)
                try
                {
                    Directory.Delete(_folder, true);
                    return;
                }
                catch (IOException) when (tries < 100)
                {
                    // A training that has just lost its daemon may still write its last.
                    Thread.Sleep(50);
                }
        }

        /// <summary>The folder of a project, created if necessary.</summary>
        protected string Project(string name = "project")
        {
            string project = Path.Combine(_folder, name);
            Directory.CreateDirectory(Path.Combine(project, "Assets"));
            return project;
        }

        /// <summary>Every shot that a capture of a character makes is with the daemon, once, bit for bit.</summary>
        protected void AssertAllAreThere(string character, string look = Characters.Veiled)
        {
            using var query = new DaemonQuery(Home);
            var shots = query.Shots(character);
            Assert.That(shots.Select(shot => ((string)shot["name"], (string)shot["sha256"])), Is.EquivalentTo(Shots(look)));
            foreach (var shot in shots) Assert.That(query.Sha256((string)shot["url"]), Is.EqualTo((string)shot["sha256"]));
        }

        /// <summary>Names and hashes of the shots that a capture makes, found out without an editor.</summary>
        protected static List<(string Name, string Sha256)> Shots(string look)
        {
            if (!Expected.TryGetValue(look, out var shots))
                Expected[look] = shots = StageCapture.Take(Characters.Make(look), plan =>
                {
                    plan.Width = plan.Height = EditorSetup.UsualSize;
                    plan.Supersampling = 1;
                }).Select(shot => (shot.Planned.Name, shot.Sha256)).ToList();
            return shots;
        }

        protected static string Sha256(byte[] bytes)
        {
            using var algorithm = SHA256.Create();
            return string.Concat(algorithm.ComputeHash(bytes).Select(b => b.ToString("x2")));
        }

        /// <summary>A capture has ended well and the daemon has every shot of it.</summary>
        protected static bool IsSent(EditorView view) => !view.IsCapturing && view.Waiting == 0 && view.Gallery.Count > 0;
    }
}
