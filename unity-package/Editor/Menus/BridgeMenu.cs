#nullable enable
using System;
using LoraBridge.Core.Plan;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Plans;
using LoraBridge.Editor.Preflight;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Texts;
using LoraBridge.Editor.Window;
using UnityEditor;
using UnityEngine;

namespace LoraBridge.Editor.Menus
{
    /// <summary><c>Tools > LoRA Bridge</c> and the Hierarchy's context menu.</summary>
    static class BridgeMenu
    {
        const string Root = "Tools/LoRA Bridge/";
        const string Context = "GameObject/LoRA Bridge/";

        [MenuItem(Root + "Capture selection", priority = 0)]
        [MenuItem(Context + "Capture", priority = 30)]
        static void CaptureSelection() => Run(Commands.Capture);

        [MenuItem(Root + "Capture and train selection", priority = 1)]
        [MenuItem(Context + "Capture and train", priority = 31)]
        static void CaptureAndTrainSelection() => Run(Commands.CaptureAndTrain);

        [MenuItem(Root + "Capture selection", true)]
        [MenuItem(Root + "Capture and train selection", true)]
        [MenuItem(Context + "Capture", true)]
        [MenuItem(Context + "Capture and train", true)]
        static bool CanCapture() => Selection.activeGameObject != null && !LoraBridgeEditor.IsCapturing;

        [MenuItem(Root + "Start daemon", priority = 20)]
        static void StartDaemon() => Commands.StartDaemon();

        [MenuItem(Root + "Stop daemon", priority = 21)]
        static void StopDaemon() => LoraBridgeEditor.Session.Daemon.Request
          (new DaemonStop(), _ => Debug.Log(Localization.Get(Text.DaemonStopped)), error => Debug.LogError(error.Message));

        [MenuItem(Root + "Settings", priority = 40)]
        static void OpenSettings() => SettingsService.OpenProjectSettings(SettingsPage.Path);

        [MenuItem(Root + "Check this project", priority = 41)]
        static void CheckProject()
        {
            var findings = ProjectCheck.Run(Selection.activeGameObject, MattingMode.BlackAndWhite);
            foreach (var finding in findings)
                if (finding.Severity == Severity.Error) Debug.LogError(finding.Message);
                else Debug.LogWarning(finding.Message);
            if (findings.Count == 0) Debug.Log(Localization.Get(Text.ProjectFine));
            // There the findings have their Fix buttons.
            BridgeWindow.Open();
        }

        [MenuItem(Root + "Manual", priority = 42)]
        static void OpenManual() => Manual.Open();

        static void Run(Action<GameObject, PlanChoice> command)
        {
            // Unity calls a context menu's command once for each selected object.
            if (LoraBridgeEditor.IsCapturing) return;
            var character = Selection.activeGameObject;
            if (character == null)
            {
                Debug.LogWarning(Localization.Get(Text.SelectCharacter));
                return;
            }
            var window = BridgeWindow.Open();
            window.Character = character;
            command(character, window.Plan);
        }
    }
}
