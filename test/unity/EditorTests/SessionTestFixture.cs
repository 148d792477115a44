using System.IO;
using System.Runtime.CompilerServices;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Settings;
using NUnit.Framework;

namespace LoraBridge.DeclaredUnity.Tests
{
    /// <summary>Tests of what the package does on its own once the editor runs, with no daemon to be found.</summary>
    abstract class SessionTestFixture : EditorTestFixture
    {
        /// <summary>A descriptor file that does not exist.</summary>
        protected string NoDaemon => Path.Combine(Project, "none", "daemon.json");

        [SetUp]
        public void LoadPackage()
        {
            RuntimeHelpers.RunClassConstructor(typeof(LoraBridgeEditor).TypeHandle);
            BridgeSettings.instance.Descriptor = NoDaemon;
        }
    }
}
