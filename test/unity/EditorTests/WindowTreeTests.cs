using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using DeclaredUnity;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Plans;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Window;
using NUnit.Framework;
using UnityEditor;
using UnityEditor.UIElements;
using UnityEngine;
using UnityEngine.UIElements;

namespace LoraBridge.DeclaredUnity.Tests
{
    /// <summary>
    /// The window's states in words, as its elements say them: what a screenshot would show but for the look. Keeps the document true;
    /// with LORA_BRIDGE_WRITE_LIST set it is written (<c>npm run unity-apis</c>).
    /// </summary>
    sealed class WindowTreeTests : SessionTestFixture
    {
        const string Document = "unity-package/Documentation~/window.md";

        [Test]
        public void TheDocumentedStatesAreTheWindows()
        {
            var lines = new List<string>
            {
                "# The window in words", "",
                "Written by `npm run unity-apis` from the window's elements, without Unity; do not edit. `[…]` is a button, `(…)` one that is greyed",
                "out, `▣` a picture. It shows what there is to read and to press in each state, not how it looks.",
            };
            void Describe(string title, BridgeWindow window)
            {
                lines.AddRange(new[] { "", "## " + title, "", "```text" });
                Write(window.rootVisualElement, 0, lines);
                lines.Add("```");
            }

            BridgeSettings.instance.Descriptor = "";
            BridgePreferences.Node = "/nowhere/node";
            BridgeSettings.instance.Command = Path.Combine(Project, "nothing");
            var window = BridgeWindow.Open();
            var node = EditorDriver.Find<VisualElement>(window.rootVisualElement, "setup-node").Single();
            Assert.That(Editor.TickUntil(() => EditorDriver.Find<Label>(node).Single().text.StartsWith("✗", StringComparison.Ordinal), Limit), Is.True);
            Describe("The first time, with neither Node.js nor lora-bridge", window);

            (BridgePreferences.Node, BridgeSettings.instance.Command) = (Program("node", "#!/bin/sh\necho v22.1.0\n"), Program("lora-bridge", ""));
            window.Character = CharacterMaker.Humanoid("Mina");
            Assert.That(Editor.TickUntil(() => EditorDriver.Find<Label>(node).Single().text.StartsWith("✓", StringComparison.Ordinal), Limit), Is.True);
            Assert.That(Editor.TickUntil(() => EditorDriver.Find<Image>(window.rootVisualElement).First().image != null, Limit), Is.True);
            Describe("A character is chosen", window);

            BridgeSettings.instance.Descriptor = NoDaemon;
            LoraBridgeEditor.Capture(window.Character, new PlanChoice());
            Assert.That(Editor.TickUntil(() => !LoraBridgeEditor.IsCapturing && LoraBridgeEditor.Error != null, Limit), Is.True);
            for (var tick = 0; tick < 5; tick++) Editor.Tick();
            Describe("Its shots are taken, and no daemon answers", window);

            var text = string.Join("\n", lines).Replace(Project, "PROJECT") + "\n";
            if (Environment.GetEnvironmentVariable("LORA_BRIDGE_WRITE_LIST") != null) File.WriteAllText(Document, text);
            Assert.That(File.ReadAllText(Document), Is.EqualTo(text), "Run `npm run unity-apis`.");
        }

        string Program(string name, string content)
        {
            var file = Path.Combine(Project, name);
            File.WriteAllText(file, content);
            using (var chmod = System.Diagnostics.Process.Start("chmod", $"+x \"{file}\"")) chmod.WaitForExit();
            return file;
        }

        static void Write(VisualElement element, int depth, List<string> lines)
        {
            if (element.style.display.value == DisplayStyle.None) return;
            // The gallery's first shots stand for the rest.
            if (element is ShotView && element.parent.Children().ToList().IndexOf(element) >= 2) return;
            var line = LineOf(element);
            if (line != null) lines.Add(new string(' ', 2 * depth) + line);
            foreach (var child in element.Children()) Write(child, depth + (element is Panel || element is ShotView ? 1 : 0), lines);
        }

        static string LineOf(VisualElement element)
        {
            switch (element)
            {
                case Button button: return button.enabledSelf ? $"[{button.text}]" : $"({button.text})";
                case Label label: return label.text.Length > 0 ? label.text : null;
                case HelpBox box: return box.text.Length > 0 ? $"{(box.messageType == HelpBoxMessageType.Error ? "!" : "i")} {box.text}" : null;
                case ObjectField field: return $"{field.label} <{(field.value == null ? "none" : field.value.name)}>".Trim();
                case DropdownField field: return $"{field.label}: {field.value} ▾";
                case TextField field: return $"{field.label}: {field.value}";
                case IntegerField field: return $"{field.label}: {field.value}";
                case FloatField field: return FormattableString.Invariant($"{field.label}: {field.value}");
                case Image image: return image.image == null ? null : "▣";
                default: return null;
            }
        }
    }
}
