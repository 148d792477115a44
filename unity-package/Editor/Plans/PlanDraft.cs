using System;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Bridge;
using UnityEngine;

namespace LoraBridge.Editor.Plans
{
    /// <summary>A plan that is not an asset yet. It is saved, also when the editor restarts, until it is saved as one or another plan is chosen.</summary>
    static class PlanDraft
    {
        static PersistedText Persisted => new PersistedText(LoraBridgeEditor.Folder, "draft");

        /// <summary>Makes a draft of a plan. Clips are looked up among those given, by name.</summary>
        public static CapturePlanAsset Make(CapturePlan plan, params AnimationClip[] clips)
        {
            var draft = ScriptableObject.CreateInstance<CapturePlanAsset>();
            draft.hideFlags = HideFlags.HideAndDontSave;
            draft.Set(plan, clips);
            return draft;
        }

        /// <summary>Keeps a draft as it is now.</summary>
        public static void Save(CapturePlanAsset draft) => Persisted.Write(CaptureCursor.Begin("draft", "draft", draft.ToPlan()).ToJson());

        /// <summary>The draft that was saved; null where there is none.</summary>
        public static CapturePlanAsset Restore()
        {
            var saved = Persisted.Read(CaptureCursor.Parse);
            return saved == null ? null : Make(saved.Plan);
        }

        /// <summary>Forgets what was saved.</summary>
        public static void Clear() => Persisted.Clear();
    }
}
