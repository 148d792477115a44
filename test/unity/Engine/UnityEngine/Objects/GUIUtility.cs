namespace UnityEngine
{
    public partial class GUIUtility
    {
        public static string systemCopyBuffer { get; set; } = "";
    }
}
