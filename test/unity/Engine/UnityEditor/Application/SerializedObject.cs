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
            if (Fields.TryGetValue((_target, propertyPath), out var value))
            {
                var property = new SerializedProperty(value) { Path = propertyPath };
                _found.Add(property);
                return property;
            }
            // Fields of scripts that a test declares.
            return new SerializedProperty(_target).FindPropertyRelative(propertyPath);
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
        object _value;

        internal SerializedProperty(object value) => _value = value;

        internal string Path;

        public SerializedPropertyType propertyType => SerializedPropertyType.Integer;

        public int intValue
        {
            get => (int)_value;
            set => _value = value;
        }

        public bool boolValue
        {
            get => intValue != 0;
            set => intValue = value ? 1 : 0;
        }

        public float floatValue => (float)_value;
        public string stringValue => (string)_value;
        public Object objectReferenceValue => (Object)_value;
        public int arraySize => ((System.Collections.IList)_value).Count;

        public SerializedProperty GetArrayElementAtIndex(int index) => new SerializedProperty(((System.Collections.IList)_value)[index]);

        public SerializedProperty FindPropertyRelative(string relativePropertyPath)
        {
            var value = _value;
            foreach (var name in relativePropertyPath.Split('.'))
            {
                var field = value?.GetType().GetField(name);
                if (field == null) return null;
                value = field.GetValue(value);
            }
            return new SerializedProperty(value);
        }
    }
}
