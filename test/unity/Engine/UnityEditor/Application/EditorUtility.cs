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

#if UNITY_6000_5_OR_NEWER
        [Obsolete("InstanceIDToObject(int) is obsolete. Use EditorUtility.EntityIdToObject instead.", true)]
#elif UNITY_6000_3_OR_NEWER
        [Obsolete("InstanceIDToObject(int) is obsolete. Use EditorUtility.EntityIdToObject instead.")]
#endif
        public static Object InstanceIDToObject(int instanceID) => Object.ById(instanceID);

#if UNITY_6000_3_OR_NEWER
        public static Object EntityIdToObject(EntityId entityId) => Object.ById(entityId.Id);
#endif

        /// <summary>What the user chooses in the next dialog for a file or folder.</summary>
        internal static string Chosen = "";

        public static string OpenFilePanel(string title, string directory, string extension) => Chosen;

        public static string OpenFolderPanel(string title, string folder, string defaultName) => Chosen;

        public static int GetDirtyCount(Object target) => target == null ? 0 : target.Changes;

        public static void RevealInFinder(string path) => Calls.Note("EditorUtility.RevealInFinder " + path);

        public static string SaveFilePanelInProject(string title, string defaultName, string extension, string message) => "";

        public static void CopySerialized(Object source, Object dest) => Calls.Note("EditorUtility.CopySerialized");
    }
}
