using System;

namespace UnityEditor
{
    public sealed class EditorApplication
    {
        public delegate void CallbackFunction();

        public static CallbackFunction update;

        public static event Action quitting;

        public static bool isCompiling { get; internal set; }
        public static bool isUpdating { get; internal set; }
        public static bool isPlayingOrWillChangePlaymode { get; internal set; }

        /// <summary>The editor's exit code; null while it runs.</summary>
        internal static int? ExitCode;

        public static void Exit(int returnValue) => ExitCode = returnValue;

        internal static void Quit() => quitting?.Invoke();
    }

    public static class AssemblyReloadEvents
    {
        public delegate void AssemblyReloadCallback();

        public static event AssemblyReloadCallback beforeAssemblyReload;

        internal static void Reload() => beforeAssemblyReload?.Invoke();
    }

    [AttributeUsage(AttributeTargets.Method)]
    public class InitializeOnLoadMethodAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Class)]
    public class InitializeOnLoadAttribute : Attribute
    {
    }
}
