using DeclaredUnity;

namespace UnityEngine.SceneManagement
{
    public struct Scene
    {
        internal int Handle;
        internal string Path;

        public string path => Path;
    }

    public class SceneManager
    {
        public static void MoveGameObjectToScene(GameObject go, Scene scene)
        {
            Calls.Note("SceneManager.MoveGameObjectToScene");
            foreach (var member in go.Family(true)) member.OwnScene = scene;
        }
    }
}
