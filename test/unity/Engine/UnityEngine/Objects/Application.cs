using System.IO;

namespace UnityEngine
{
    public class Application
    {
        /// <summary>Folder of the project; a test sets its own.</summary>
        internal static string Project = Path.GetTempPath();

        public static string dataPath => Path.Combine(Project, "Assets");
        public static string unityVersion =>
#if UNITY_6000_0_OR_NEWER
            "6000.0.0f1";
#else
            "2022.3.0f1";
#endif
        public static SystemLanguage systemLanguage { get; internal set; } = SystemLanguage.English;
        public static void OpenURL(string url) => DeclaredUnity.Calls.Note("Application.OpenURL " + url);

        public static bool isBatchMode { get; internal set; }
    }

    public enum SystemLanguage
    {
        English = 10,
        Japanese = 22,
    }
}
