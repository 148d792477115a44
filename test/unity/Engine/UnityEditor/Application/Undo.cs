using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using DeclaredUnity;
using UnityEngine;
using Object = UnityEngine.Object;

namespace UnityEditor
{
    public partial class Undo
    {
        /// <summary>What takes back all that was recorded, the latest first.</summary>
        internal static readonly Stack<Action> Steps = new Stack<Action>();

        public delegate void UndoRedoCallback();

        public static UndoRedoCallback undoRedoPerformed;

        public static void RecordObject(Object objectToUndo, string name)
        {
            Calls.Note("Undo.RecordObject");
            var fields = objectToUndo.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
                .Where(field => field.IsDefined(typeof(SerializeField))).Select(field => (field, value: CopyOf(field.GetValue(objectToUndo)))).ToList();
            Steps.Push(() =>
            {
                foreach (var (field, value) in fields) field.SetValue(objectToUndo, value);
            });
        }

        // Serialized classes are values to Unity.
        static object CopyOf(object value)
            => value == null || value is Object || value.GetType().IsValueType || value is string ? value
                : typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic).Invoke(value, null);

        public static void RegisterCreatedObjectUndo(Object objectToUndo, string name)
        {
            Calls.Note("Undo.RegisterCreatedObjectUndo");
            Steps.Push(objectToUndo.Destroy);
        }

        public static void DestroyObjectImmediate(Object objectToUndo)
        {
            Calls.Note("Undo.DestroyObjectImmediate");
            objectToUndo.Destroy();
            Steps.Push(objectToUndo.Revive);
        }
    }
}
