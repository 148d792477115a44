using System.Linq;
using LoraBridge.Core.Capture;
using UnityEditor;
using UnityEditor.SceneManagement;
using UnityEngine;
using UnityEngine.SceneManagement;

namespace LoraBridge.Editor.Stage
{
    /// <summary>A copy of the character in a preview scene of its own, at the origin and facing +z. The original is never touched.</summary>
    sealed class CharacterClone
    {
        /// <summary>The preview scene.</summary>
        public Scene Scene { get; }

        /// <summary>The original, which stays as it is.</summary>
        public GameObject Source { get; }

        /// <summary>The copy.</summary>
        public GameObject Root { get; }

        /// <summary>Its animator, or null.</summary>
        public Animator Animator { get; }

        /// <summary>Whether it has a humanoid avatar.</summary>
        public bool IsHumanoid => Animator != null && Animator.avatar != null && Animator.isHuman;

        /// <summary>All its renderers that can be seen.</summary>
        public Renderer[] Renderers { get; }

        public CharacterClone(GameObject source, CleanUp cleanUp)
        {
            Source = source;
            Scene = EditorSceneManager.NewPreviewScene();
            cleanUp.Add(() => EditorSceneManager.ClosePreviewScene(Scene));

            // Instantiate puts a copy into its parent's scene; without one it would come into the open scene first.
            var holder = EditorUtility.CreateGameObjectWithHideFlags("LoRA Bridge Stage", HideFlags.HideAndDontSave);
            cleanUp.Add(() => Object.DestroyImmediate(holder));
            SceneManager.MoveGameObjectToScene(holder, Scene);
            Root = Object.Instantiate(source, holder.transform, false);
            Root.name = source.name;
            Root.hideFlags = HideFlags.HideAndDontSave;
            Root.SetActive(true);
            StandAtOrigin();

            Animator = Root.GetComponentInChildren<Animator>();
            foreach (var group in Root.GetComponentsInChildren<LODGroup>()) group.ForceLOD(0);
            Renderers = Root.GetComponentsInChildren<Renderer>().Where(r => r.enabled && IsSolid(r)).ToArray();
            if (Renderers.Length == 0)
                throw new CaptureException
                  ("input.character.invisible", $"The character \"{source.name}\" has no renderer that is switched on.",
                   "Choose the object that holds its meshes, and switch on its renderers.");
            foreach (var skin in Renderers.OfType<SkinnedMeshRenderer>())
            {
                skin.updateWhenOffscreen = true;
                // Otherwise the second of two renderings in one frame shows the pose of the first.
                skin.forceMatrixRecalculationPerRender = true;
            }
        }

        // Particles, trails and lines have no shape while time stands still.
        static bool IsSolid(Renderer renderer) => renderer is SkinnedMeshRenderer || renderer is MeshRenderer;

        /// <summary>Undoes what root motion or a clip did to the place of the character.</summary>
        public void StandAtOrigin()
        {
            Root.transform.localPosition = Vector3.zero;
            Root.transform.localRotation = Quaternion.identity;
            Root.transform.localScale = Source.transform.lossyScale;
        }
    }
}
