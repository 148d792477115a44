using System;
using UnityEngine.UIElements;
using Object = UnityEngine.Object;

namespace UnityEditor.UIElements
{
    public class ObjectField : BaseField<Object>
    {
        public ObjectField() : this(null) {}

        public ObjectField(string label) : base(label) {}

        public Type objectType { get; set; }
        public bool allowSceneObjects { get; set; }
    }

    public class InspectorElement : BindableElement
    {
        public InspectorElement(Object obj) {}

        public static void FillDefaultInspector(VisualElement container, SerializedObject serializedObject, Editor editor) {}
    }

    public static class BindingExtensions
    {
        public static void TrackSerializedObjectValue
          (this VisualElement element, SerializedObject obj, Action<SerializedObject> callback = null) {}
    }
}
