using System;
using System.Collections.Generic;
using DeclaredUnity;
using Object = UnityEngine.Object;

namespace UnityEditor
{
    public class SerializedObject : IDisposable
    {
        /// <summary>Serialized fields of objects that the package does not know as classes: by object and path.</summary>
        internal static readonly Dictionary<(Object, string), int> Fields = new Dictionary<(Object, string), int>();

        readonly Object _target;
        readonly List<SerializedProperty> _found = new List<SerializedProperty>();

        public SerializedObject(Object obj)
        {
            Calls.Note("new SerializedObject");
            _target = obj;
        }

        public SerializedProperty FindProperty(string propertyPath)
        {
            if (!Fields.TryGetValue((_target, propertyPath), out var value)) return null;
            var property = new SerializedProperty { Path = propertyPath, intValue = value };
            _found.Add(property);
            return property;
        }

        public bool ApplyModifiedProperties()
        {
            Calls.Note("SerializedObject.ApplyModifiedProperties");
            foreach (var property in _found) Fields[(_target, property.Path)] = property.intValue;
            return true;
        }

        public void Dispose() => Calls.Note("SerializedObject.Dispose");
    }

    public enum SerializedPropertyType
    {
        Integer = 0,
        Boolean = 1,
    }

    public class SerializedProperty
    {
        internal string Path;

        internal SerializedProperty() {}

        public SerializedPropertyType propertyType => SerializedPropertyType.Integer;
        public int intValue { get; set; }

        public bool boolValue
        {
            get => intValue != 0;
            set => intValue = value ? 1 : 0;
        }
    }
}
