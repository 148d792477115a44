#nullable enable
using System.Linq;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>The transforms of the clone as instantiated, so that no pose carries over to the next.</summary>
    sealed class PoseSnapshot
    {
        readonly (Transform transform, Vector3 position, Quaternion rotation, Vector3 scale)[] _bones;

        public PoseSnapshot(GameObject root)
          => _bones = root.GetComponentsInChildren<Transform>(true)
               .Select(t => (t, t.localPosition, t.localRotation, t.localScale)).ToArray();

        public void Restore()
        {
            foreach (var (transform, position, rotation, scale) in _bones)
            {
                transform.localPosition = position;
                transform.localRotation = rotation;
                transform.localScale = scale;
            }
        }
    }
}
