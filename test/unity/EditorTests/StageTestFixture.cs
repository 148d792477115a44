using LoraBridge.Core.Capture;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Stage;
using UnityEngine;

namespace LoraBridge.DeclaredUnity.Tests
{
    /// <summary>Tests that load a character onto Unity's stage.</summary>
    abstract class StageTestFixture : EditorTestFixture
    {
        /// <summary>A plan without poses, small enough to be fast.</summary>
        protected static CapturePlan SmallPlan(LightRig light = LightRig.Studio)
            => new CapturePlan { Width = 64, Height = 64, Supersampling = 1, Light = light };

        /// <summary>Loads a character onto a stage.</summary>
        protected static StageCharacter Load(IStage stage, GameObject character, CapturePlan plan)
            => stage.Load(CharacterSubject.Of(character), new StageSettings(plan, new PicturePool()));
    }
}
