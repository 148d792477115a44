using System;
using UnityEngine;
using UnityEngine.UIElements;
using Object = UnityEngine.Object;

namespace UnityEditor
{
    public class Editor : ScriptableObject
    {
        public Object target { get; set; }
        public SerializedObject serializedObject => new SerializedObject(target);
        public virtual VisualElement CreateInspectorGUI() => null;
    }

    public class CustomEditor : Attribute
    {
        public CustomEditor(Type inspectedType) {}
    }
}
