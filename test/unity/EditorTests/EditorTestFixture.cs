using System;
using System.IO;
using DeclaredUnity;
using LoraBridge.Editor.Settings;
using NUnit.Framework;
using Object = UnityEngine.Object;

namespace LoraBridge.DeclaredUnity.Tests
{
    /// <summary>Tests in an editor of their own, with a new project whose settings are as in a new project.</summary>
    abstract class EditorTestFixture
    {
        /// <summary>How long the editor may take for what a test waits for.</summary>
        protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

        /// <summary>The project's folder; it is deleted after the test.</summary>
        protected string Project { get; private set; }

        /// <summary>The editor that the project is open in.</summary>
        protected EditorDriver Editor { get; private set; }

        [SetUp]
        public void OpenProject()
        {
            Project = Path.Combine(Path.GetTempPath(), "lora-bridge-" + Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(Project);
            ResetSettings();
            Editor = new EditorDriver(Project);
        }

        // The singleton is made again where it was destroyed: now, so that it is none of what a test leaves behind.
        static void ResetSettings()
        {
            Object.DestroyImmediate(BridgeSettings.instance);
            Assert.That(BridgeSettings.instance.Command, Is.Empty);
        }

        [TearDown]
        public void CloseProject()
        {
            Editor.Quit();
            Editor.Dispose();
            ProjectFolder.Delete(Project);
        }
    }
}
