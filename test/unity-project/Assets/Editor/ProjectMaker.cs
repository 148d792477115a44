using System.IO;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Plans;
using UnityEditor;
using UnityEditor.SceneManagement;
using UnityEngine;
using UnityEngine.Rendering;

namespace LoraBridge.Project
{
    /// <summary>Generates the assets and settings of this project when it is opened for the first time, for whichever version of Unity opens it.</summary>
    public static class ProjectMaker
    {
        const string Folder = "Assets/Made";

        /// <summary>A humanoid, a rig without an avatar, and the scene that contains both.</summary>
        public const string Humanoid = Folder + "/Humanoid.prefab", Generic = Folder + "/Generic.prefab", Scene = Folder + "/Characters.unity";

        [InitializeOnLoadMethod]
        static void MakeOnce()
        {
            // Assets cannot be created while scripts are being loaded.
            if (!AssetDatabase.IsAssetImportWorkerProcess()) EditorApplication.delayCall += () => Make();
        }

        /// <summary>Generates what is missing.</summary>
        public static void Make()
        {
            if (File.Exists(Scene)) return;
            // Without a ProjectSettings.asset the project would work in gamma, which hardly any project does.
            PlayerSettings.colorSpace = ColorSpace.Linear;
            Directory.CreateDirectory(Folder);
            AssetDatabase.Refresh();
            var material = new Material(LitShader()) { color = new Color(0.8f, 0.6f, 0.5f) };
            AssetDatabase.CreateAsset(material, Folder + "/Skin.mat");
            var scene = EditorSceneManager.NewScene(NewSceneSetup.DefaultGameObjects, NewSceneMode.Single);
            MakeHumanoid(material);
            MakeGeneric(material);
            MakePlan("Humanoid Plan", PlanPresets.Default(new StageCharacter { Name = "Humanoid", IsHumanoid = true, HasHead = true }));
            MakePlan("Generic Plan", PlanPresets.Default(new StageCharacter { Name = "Generic", HasHead = true }));
            EditorSceneManager.SaveScene(scene, Scene);
            AssetDatabase.SaveAssets();
        }

        static Shader LitShader()
            => GraphicsSettings.currentRenderPipeline == null ? Shader.Find("Standard") : GraphicsSettings.currentRenderPipeline.defaultShader;

        static void MakeHumanoid(Material material)
        {
            var figure = Mannequin.Make("Humanoid", material);
            var avatar = Mannequin.AvatarOf(figure);
            AssetDatabase.CreateAsset(avatar, Folder + "/Humanoid Avatar.asset");
            figure.AddComponent<Animator>().avatar = avatar;
            PrefabUtility.SaveAsPrefabAssetAndConnect(figure, Humanoid, InteractionMode.AutomatedAction);
        }

        static void MakeGeneric(Material material)
        {
            var figure = Mannequin.Make("Generic", material);
            figure.transform.position = new Vector3(2, 0, 0);
            figure.AddComponent<Animator>();
            PrefabUtility.SaveAsPrefabAssetAndConnect(figure, Generic, InteractionMode.AutomatedAction);
        }

        static void MakePlan(string name, CapturePlan plan)
        {
            var asset = ScriptableObject.CreateInstance<CapturePlanAsset>();
            asset.Set(plan, new AnimationClip[0]);
            AssetDatabase.CreateAsset(asset, $"{Folder}/{name}.asset");
        }
    }
}
