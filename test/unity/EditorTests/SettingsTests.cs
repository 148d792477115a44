using System;
using System.IO;
using System.Linq;
using DeclaredUnity;
using LoraBridge.Editor.Settings;
using NUnit.Framework;
using UnityEngine.UIElements;

namespace LoraBridge.DeclaredUnity.Tests
{
    sealed class SettingsTests : EditorTestFixture
    {
        static TextField Field(VisualElement page, string label) => EditorDriver.Find<TextField>(page).Single(field => field.label == label);

        static void Choose(VisualElement page, string label, string button)
            => EditorDriver.Click(EditorDriver.Find<Button>(Field(page, label).parent).Single(found => found.text == button));

        [Test]
        public void NodeBelongsToTheComputerAndNotToTheProject()
        {
            var page = EditorDriver.Open(PreferencesPage.Create());
            Field(page, "Node.js").value = " /opt/node/bin/node ";
            Assert.That(BridgePreferences.Node, Is.EqualTo("/opt/node/bin/node"));
            Assert.That(BridgeSettings.instance.Daemon.Node, Is.EqualTo("/opt/node/bin/node"));
            Assert.That(Editor.Calls, Does.Contain("EditorPrefs.SetString").And.Not.Contain("ScriptableSingleton.Save"));
            Assert.That(EditorDriver.Find<TextField>(EditorDriver.Open(SettingsPage.Create())).Select(field => field.label), Has.None.EqualTo("Node.js"));
        }

        [Test]
        public void ThePackageMayBeAFileOrAFolder()
        {
            var page = EditorDriver.Open(SettingsPage.Create());
            Editor.ChosenPath = "/opt/lora-bridge";
            Choose(page, "lora-bridge", "Folder…");
            Assert.That(BridgeSettings.instance.Command, Is.EqualTo("/opt/lora-bridge"));
            // "Cancel" changes nothing.
            Editor.ChosenPath = "";
            Choose(page, "lora-bridge", "File…");
            Assert.That(BridgeSettings.instance.Command, Is.EqualTo("/opt/lora-bridge"));
        }

        [Test]
        public void TheDaemonIsStartedByAFileOfThePackage()
        {
            var script = BridgeSettings.instance.Daemon.StartScript;
            Assert.That(File.ReadAllText(script), Does.Contain("LORA_BRIDGE_START").And.Not.Contain("eval("));
        }
    }
}
