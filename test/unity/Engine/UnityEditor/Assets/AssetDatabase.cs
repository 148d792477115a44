using System.Collections.Generic;
using System.Linq;
using DeclaredUnity;
using UnityEngine;

namespace UnityEditor
{
    public sealed partial class AssetDatabase
    {
        /// <summary>The assets of the project, by path.</summary>
        internal static readonly Dictionary<string, List<Object>> Assets = new Dictionary<string, List<Object>>();

        public static string GetAssetPath(Object assetObject)
          => Assets.FirstOrDefault(pair => pair.Value.Contains(assetObject)).Key ?? "";

        public static T LoadAssetAtPath<T>(string assetPath) where T : Object
        {
            Calls.Note("AssetDatabase.LoadAssetAtPath");
            return LoadAllAssetsAtPath(assetPath).OfType<T>().FirstOrDefault();
        }

        public static Object[] LoadAllAssetsAtPath(string assetPath)
        {
            Calls.Note("AssetDatabase.LoadAllAssetsAtPath");
            return Assets.TryGetValue(assetPath, out var assets) ? assets.ToArray() : new Object[0];
        }

        public static bool IsAssetImportWorkerProcess() => false;

        public static void CreateAsset(Object asset, string path)
        {
            Calls.Note("AssetDatabase.CreateAsset");
            Assets[path] = new List<Object> { asset };
        }
    }
}
