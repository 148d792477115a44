using System.Linq;
using DeclaredUnity;

namespace UnityEngine.SceneManagement
{
    public struct Scene
    {
        // 0 is the open scene, in which every object begins.
        internal int Handle;
        internal string Path;

        public string path => Path;
        public bool isLoaded => true;

        public GameObject[] GetRootGameObjects()
        {
            Calls.Note("Scene.GetRootGameObjects");
            var handle = Handle;
            return Calls.Alive.OfType<GameObject>().Where(o => o.OwnScene.Handle == handle && o.transform.parent == null).ToArray();
        }
    }

    public class SceneManager
    {
        public static int sceneCount => 1;

        public static Scene GetSceneAt(int index)
        {
            Calls.Note("SceneManager.GetSceneAt");
            return default;
        }

        public static void MoveGameObjectToScene(GameObject go, Scene scene)
        {
            Calls.Note("SceneManager.MoveGameObjectToScene");
            foreach (var member in go.Family(true)) member.OwnScene = scene;
        }
    }
}
