using DeclaredUnity;
using UnityEngine;

namespace UnityEditor
{
    public partial class AssetImporter : Object
    {
        public static AssetImporter GetAtPath(string path) => null;

        public void SaveAndReimport() => Calls.Note("AssetImporter.SaveAndReimport");
    }

    public partial class ModelImporter : AssetImporter
    {
        public bool isReadable { get; set; }
    }

    public sealed partial class PlayerSettings : Object
    {
        PlayerSettings() {}

        public static ColorSpace colorSpace { get; set; } = ColorSpace.Linear;
    }
}
