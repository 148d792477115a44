#nullable enable
using System;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Bridge;
using UnityEngine;

namespace LoraBridge.Editor.Plans
{
    /// <summary>A plan that is not an asset yet. It survives restarts of the editor until it is saved or another plan is chosen.</summary>
    static class PlanDraft
    {
        static PersistedText Persisted => new PersistedText(LoraBridgeEditor.Folder, "draft");

        /// <summary>Makes a draft of a plan. Clips are looked up by name among those given.</summary>
        public static CapturePlanAsset Make(CapturePlan plan, params AnimationClip[] clips)
        {
            var draft = ScriptableObject.CreateInstance<CapturePlanAsset>();
            draft.hideFlags = HideFlags.HideAndDontSave;
            draft.Set(plan, clips);
            return draft;
        }

        /// <summary>Saves the draft.</summary>
        public static void Save(CapturePlanAsset draft) => Persisted.Write(CaptureCursor.Begin("draft", "draft", draft.ToPlan()).ToJson());

        /// <summary>The saved draft, or null.</summary>
        public static CapturePlanAsset? Restore()
        {
            var saved = Persisted.Read(CaptureCursor.Parse);
            return saved == null ? null : Make(saved.Plan);
        }

        /// <summary>Deletes the saved draft.</summary>
        public static void Clear() => Persisted.Clear();
    }
}
