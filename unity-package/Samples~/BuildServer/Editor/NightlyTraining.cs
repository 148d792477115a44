using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Plans;
using UnityEditor;
using UnityEngine;

/// <summary>The same from code: a menu item of your own that captures a prefab from all sides and trains on it.</summary>
static class NightlyTraining
{
    [MenuItem("Tools/Train Mina")]
    static void TrainMina()
    {
        var mina = AssetDatabase.LoadAssetAtPath<GameObject>("Assets/Characters/Mina.prefab");
        var plan = AssetDatabase.LoadAssetAtPath<CapturePlanAsset>("Assets/Characters/Mina Plan.asset");
        LoraBridgeEditor.CaptureAndTrain(mina, new PlanChoice { Asset = plan });
    }
}
