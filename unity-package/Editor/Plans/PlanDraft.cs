using System;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Bridge;
using UnityEngine;

namespace LoraBridge.Editor.Plans
{
    /// <summary>A plan that is not an asset yet. It is kept, also when the editor restarts, until it is saved as one or another plan is chosen.</summary>
    static class PlanDraft
    {
        static KeptText Kept => new KeptText(LoraBridgeEditor.Folder, "draft");

        /// <summary>Makes a draft of a plan. Clips are looked up among those given, by name.</summary>
        public static CapturePlanAsset Make(CapturePlan plan, params AnimationClip[] clips)
        {
            var draft = ScriptableObject.CreateInstance<CapturePlanAsset>();
            draft.hideFlags = HideFlags.HideAndDontSave;
            draft.Set(plan, clips);
            return draft;
        }

        /// <summary>Keeps a draft as it is now.</summary>
        public static void Keep(CapturePlanAsset draft) => Kept.Write(CaptureCursor.Begin("draft", "draft", draft.ToPlan()).ToJson());

        /// <summary>The draft that was kept; null where there is none.</summary>
        public static CapturePlanAsset Recall()
        {
            var kept = Kept.Read(CaptureCursor.Parse);
            return kept == null ? null : Make(kept.Plan);
        }

        /// <summary>Forgets what was kept.</summary>
        public static void Forget() => Kept.Clear();
    }
}
