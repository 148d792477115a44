namespace UnityEditor
{
    public sealed class EditorApplication
    {
        public delegate void CallbackFunction();

        public static CallbackFunction update;

        public static bool isCompiling { get; internal set; }
        public static bool isUpdating { get; internal set; }
    }
}
