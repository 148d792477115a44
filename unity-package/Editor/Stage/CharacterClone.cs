using System.Linq;
using LoraBridge.Core.Capture;
using UnityEditor;
using UnityEditor.SceneManagement;
using UnityEngine;
using UnityEngine.Rendering;
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
        public bool IsHumanoid => CharacterAnimator.IsHuman(Animator);

        /// <summary>How the root stands on the stage: upright, whichever way it looks in its scene.</summary>
        public Quaternion OwnRotation { get; }

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
            OwnRotation = RotationOf(source);
            StandAtOrigin();

            foreach (var animator in Root.GetComponentsInChildren<Animator>())
                // "Optimize Game Objects" leaves no bones to find head and hands by.
                if (!animator.hasTransformHierarchy) AnimatorUtility.DeoptimizeTransformHierarchy(animator.gameObject);
            Animator = CharacterAnimator.Of(Root);
            foreach (var group in Root.GetComponentsInChildren<LODGroup>()) group.ForceLOD(0);
            Renderers = Root.GetComponentsInChildren<Renderer>().Where(r => r.enabled && IsSolid(r)).ToArray();
            if (Renderers.Length == 0)
                throw new CaptureException
                  ("input.character.invisible", $"The character \"{source.name}\" has no renderer that is switched on.",
                   "Choose the object that holds its meshes, and switch on its renderers.");
            foreach (var renderer in Renderers)
            {
                // Probes of the open scenes are no light of this one.
                renderer.lightProbeUsage = LightProbeUsage.Off;
                renderer.reflectionProbeUsage = ReflectionProbeUsage.Off;
            }
            foreach (var skin in Renderers.OfType<SkinnedMeshRenderer>())
            {
                skin.updateWhenOffscreen = true;
                // Otherwise the second of two renderings in one frame shows the pose of the first.
                skin.forceMatrixRecalculationPerRender = true;
            }
        }

        // Particles, trails and lines have no shape while time stands still.
        static bool IsSolid(Renderer renderer) => renderer is SkinnedMeshRenderer || renderer is MeshRenderer;

        // A root may be turned by its exporter (Blender's lie on their backs without it), which is not for us to undo. What is not
        // a prefab keeps all but the direction that it was turned to in its scene.
        static Quaternion RotationOf(GameObject source)
        {
            var asset = EditorUtility.IsPersistent(source) ? source : PrefabUtility.GetCorrespondingObjectFromSource(source);
            if (asset != null) return asset.transform.localRotation;
            var rotation = source.transform.rotation;
            return Quaternion.Inverse(Quaternion.Euler(0, rotation.eulerAngles.y, 0)) * rotation;
        }

        /// <summary>Undoes what root motion or a clip did to the place of the character.</summary>
        public void StandAtOrigin()
        {
            Root.transform.localPosition = Vector3.zero;
            Root.transform.localRotation = OwnRotation;
            Root.transform.localScale = Source.transform.lossyScale;
        }
    }
}
