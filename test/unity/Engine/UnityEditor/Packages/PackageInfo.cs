using System.IO;
using System.Reflection;

namespace UnityEditor
{
    public struct PackageInfo
    {
        public string packagePath;
        public string jsonInfo;
        public string iconURL;
    }
}

namespace UnityEditor.PackageManager
{
    public sealed class PackageInfo
    {
        internal PackageInfo() {}

        public string resolvedPath { get; private set; }

        /// <summary>The package lies where it was compiled from: below the working folder of the tests.</summary>
        public static PackageInfo FindForAssembly(Assembly assembly) => new PackageInfo { resolvedPath = Path.GetFullPath("unity-package") };
    }
}
