using System;
using DeclaredUnity;
using UnityEngine;
using Object = UnityEngine.Object;

namespace UnityEditor
{
    public class EditorUtility
    {
        public static GameObject CreateGameObjectWithHideFlags(string name, HideFlags flags, params Type[] components)
        {
            Calls.Note("EditorUtility.CreateGameObjectWithHideFlags");
            var made = new GameObject(name) { hideFlags = flags };
            foreach (var type in components) made.Add((Component)Activator.CreateInstance(type, true));
            return made;
        }

        public static bool IsPersistent(Object target) => AssetDatabase.GetAssetPath(target).Length > 0;

        public static Object InstanceIDToObject(int instanceID) => Object.ById(instanceID);

        public static string SaveFilePanelInProject(string title, string defaultName, string extension, string message) => "";

        public static void CopySerialized(Object source, Object dest) => Calls.Note("EditorUtility.CopySerialized");
    }
}
