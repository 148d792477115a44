#nullable enable
using System;
using System.Linq;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Plans;
using LoraBridge.Editor.Preflight;
using UnityEngine;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>Actions of buttons and menus: they show errors where a script would get an exception.</summary>
    static class Commands
    {
        public static void Capture(GameObject character, PlanChoice plan) => Checked(character, plan, LoraBridgeEditor.Capture);

        public static void CaptureAndTrain(GameObject character, PlanChoice plan) => Checked(character, plan, LoraBridgeEditor.CaptureAndTrain);

        public static void Train(GameObject character) => Guarded(() => LoraBridgeEditor.Train(character));

        public static void StartDaemon() => Guarded(LoraBridgeEditor.Session.Daemon.EnsureDaemon);

        static void Checked(GameObject character, PlanChoice plan, Action<GameObject, PlanChoice> command)
        {
            var errors = ProjectCheck.Run(character, plan.Matting).Where(finding => finding.Severity == Severity.Error).ToList();
            foreach (var error in errors) LoraBridgeEditor.ShowError(error.Message);
            if (errors.Count == 0) Guarded(() => command(character, plan));
        }

        static void Guarded(Action action)
        {
            try
            {
                LoraBridgeEditor.ShowError("");
                action();
            }
            catch (LoraBridgeException error)
            {
                LoraBridgeEditor.ShowError(error);
            }
        }
    }
}
