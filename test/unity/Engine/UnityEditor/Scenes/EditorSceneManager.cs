using DeclaredUnity;
using UnityEngine.SceneManagement;

namespace UnityEditor.SceneManagement
{
    public sealed class EditorSceneManager : SceneManager
    {
        static int _lastHandle;

        public static Scene NewPreviewScene()
        {
            Calls.Note("EditorSceneManager.NewPreviewScene");
            var scene = new Scene { Handle = ++_lastHandle };
            Calls.Alive.Add(scene);
            return scene;
        }

        public static bool ClosePreviewScene(Scene scene)
        {
            Calls.Alive.Remove(scene);
            Calls.Note("EditorSceneManager.ClosePreviewScene");
            return true;
        }
    }
}
