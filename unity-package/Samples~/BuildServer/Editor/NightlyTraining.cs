#nullable enable
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Plans;
using UnityEditor;
using UnityEngine;

/// <summary>Capture and train from code: a menu item that captures a prefab and trains on its shots.</summary>
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
