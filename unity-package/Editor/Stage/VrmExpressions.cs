using System.Collections.Generic;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>
    /// The expressions of a VRM character, read from its assets: UniVRM's own components apply them in play mode only.
    /// </summary>
    static class VrmExpressions
    {
        public static IEnumerable<(string name, BlendTarget target)> Read(GameObject root)
        {
#if LORA_BRIDGE_VRM0
            foreach (var proxy in root.GetComponentsInChildren<VRM.VRMBlendShapeProxy>())
            {
                if (proxy.BlendShapeAvatar == null) continue;
                foreach (var clip in proxy.BlendShapeAvatar.Clips)
                {
                    if (clip == null) continue;
                    foreach (var value in clip.Values)
                        if (Find(proxy.transform, value.RelativePath) is SkinnedMeshRenderer renderer)
                            yield return (clip.BlendShapeName, new BlendTarget(renderer, value.Index, value.Weight));
                }
            }
#endif
#if LORA_BRIDGE_VRM1
            foreach (var instance in root.GetComponentsInChildren<UniVRM10.Vrm10Instance>())
            {
                if (instance.Vrm == null) continue;
                foreach (var (_, clip) in instance.Vrm.Expression.Clips)
                {
                    if (clip == null) continue;
                    foreach (var value in clip.MorphTargetBindings)
                        if (Find(instance.transform, value.RelativePath) is SkinnedMeshRenderer renderer)
                            yield return (clip.name, new BlendTarget
                              (renderer, value.Index, value.Weight * UniVRM10.MorphTargetBinding.VRM_TO_UNITY));
                }
            }
#endif
            yield break;
        }

#if LORA_BRIDGE_VRM0 || LORA_BRIDGE_VRM1
        static SkinnedMeshRenderer Find(Transform root, string path)
        {
            var found = root.Find(path);
            return found == null ? null : found.GetComponent<SkinnedMeshRenderer>();
        }
#endif
    }
}
