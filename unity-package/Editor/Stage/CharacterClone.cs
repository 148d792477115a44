#nullable enable
using System.Linq;
using LoraBridge.Core.Capture;
using UnityEditor;
using UnityEditor.SceneManagement;
using UnityEngine;
using UnityEngine.Rendering;
using UnityEngine.SceneManagement;

namespace LoraBridge.Editor.Stage
{
    /// <summary>A copy of the character in its own preview scene, at the origin and facing +z. The original is never modified.</summary>
    sealed class CharacterClone
    {
        /// <summary>The preview scene.</summary>
        public Scene Scene { get; }

        /// <summary>The original.</summary>
        public GameObject Source { get; }

        /// <summary>The copy.</summary>
        public GameObject Root { get; }

        /// <summary>Its animator, or null.</summary>
        public Animator? Animator { get; }

        /// <summary>Its animator if that has a humanoid avatar, or null.</summary>
        public Animator? HumanAnimator => CharacterAnimator.IsHuman(Animator) ? Animator : null;

        /// <summary>Whether it has a humanoid avatar.</summary>
        public bool IsHumanoid => HumanAnimator != null;

        /// <summary>Rotation of the root on the stage: upright and facing +z, independent of its direction in the scene.</summary>
        public Quaternion OwnRotation { get; }

        /// <summary>Its enabled mesh renderers.</summary>
        public Renderer[] Renderers { get; }

        public CharacterClone(GameObject source, CleanUp cleanUp)
        {
            Source = source;
            Scene = EditorSceneManager.NewPreviewScene();
            cleanUp.Add(() => EditorSceneManager.ClosePreviewScene(Scene));

            // Instantiate puts a copy into its parent's scene; without a parent it would first appear in the open scene.
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
                // "Optimize Game Objects" removes the bones by which head and hands are found.
                if (!animator.hasTransformHierarchy) AnimatorUtility.DeoptimizeTransformHierarchy(animator.gameObject);
            Animator = CharacterAnimator.Of(Root);
            foreach (var group in Root.GetComponentsInChildren<LODGroup>()) group.ForceLOD(0);
            Renderers = Root.GetComponentsInChildren<Renderer>().Where(r => r.enabled && IsSolid(r)).ToArray();
            if (Renderers.Length == 0)
                throw new CaptureException
                  ("input.character.invisible", $"The character \"{source.name}\" has no enabled renderer.",
                   "Choose the object that contains its meshes, and enable its renderers.");
            foreach (var renderer in Renderers)
            {
                // The open scenes' probes must not light the preview scene.
                renderer.lightProbeUsage = LightProbeUsage.Off;
                renderer.reflectionProbeUsage = ReflectionProbeUsage.Off;
            }
            foreach (var skin in Renderers.OfType<SkinnedMeshRenderer>())
            {
                skin.updateWhenOffscreen = true;
                // Otherwise the second of two renders in one frame shows the pose of the first.
                skin.forceMatrixRecalculationPerRender = true;
            }
        }

        // Particles, trails and lines have no shape while time stands still.
        static bool IsSolid(Renderer renderer) => renderer is SkinnedMeshRenderer || renderer is MeshRenderer;

        // An exporter may rotate the root (Blender's FBX lies on its back without that), which must be kept. An object that is not
        // a prefab keeps its rotation except for its direction in the scene.
        static Quaternion RotationOf(GameObject source)
        {
            var asset = EditorUtility.IsPersistent(source) ? source : PrefabUtility.GetCorrespondingObjectFromSource(source);
            if (asset != null) return asset.transform.localRotation;
            var rotation = source.transform.rotation;
            return Quaternion.Inverse(Quaternion.Euler(0, rotation.eulerAngles.y, 0)) * rotation;
        }

        /// <summary>Resets the root's transform, which root motion or a clip may have changed.</summary>
        public void StandAtOrigin()
        {
            Root.transform.localPosition = Vector3.zero;
            Root.transform.localRotation = OwnRotation;
            Root.transform.localScale = Source.transform.lossyScale;
        }
    }
}
