using DeclaredUnity;
using UnityEngine;

namespace UnityEditor
{
    public enum DragAndDropVisualMode
    {
        None = 0,
        Copy = 1,
        Rejected = 32,
    }

    public class DragAndDrop
    {
        public static Object[] objectReferences { get; set; } = new Object[0];
        public static DragAndDropVisualMode visualMode { get; set; }

        public static void AcceptDrag() => Calls.Note("DragAndDrop.AcceptDrag");
    }
}
