#nullable enable
using UnityEditor;
using UnityEditor.UIElements;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Plans
{
    /// <summary>The plan's inspector: all fields, the number of shots and the estimated time.</summary>
    [CustomEditor(typeof(CapturePlanAsset))]
    sealed class CapturePlanEditor : UnityEditor.Editor
    {
        public override VisualElement CreateInspectorGUI()
        {
            var root = new VisualElement();
            var size = new HelpBox("", HelpBoxMessageType.Info);
            root.Add(size);
            InspectorElement.FillDefaultInspector(root, serializedObject, this);
            void Refresh() => size.text = PlanText.Of(((CapturePlanAsset)target).ToPlan());
            root.TrackSerializedObjectValue(serializedObject, _ => Refresh());
            Refresh();
            return root;
        }
    }
}
