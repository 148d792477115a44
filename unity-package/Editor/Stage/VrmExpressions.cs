#nullable enable
using System.Collections.Generic;
using System.Linq;
using UnityEditor;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>
    /// Reads the expressions of a VRM character from its assets: UniVRM's own components apply them in play mode only. They are read as
    /// serialized fields, which works for every version of UniVRM, installed as packages or as a <c>.unitypackage</c>.
    /// </summary>
    static class VrmExpressions
    {
        // In VRM 1.0 a blend shape's full weight is 1, in Unity 100.
        const float Vrm1ToUnity = 100;

        static readonly string[] Vrm1Presets =
        {
            "Happy", "Angry", "Sad", "Relaxed", "Surprised", "Aa", "Ih", "Ou", "Ee", "Oh", "Blink", "BlinkLeft", "BlinkRight",
            "LookUp", "LookDown", "LookLeft", "LookRight", "Neutral",
        };

        public static IEnumerable<(string name, BlendTarget target)> Read(GameObject root)
        {
            foreach (var behaviour in root.GetComponentsInChildren<MonoBehaviour>().Where(behaviour => behaviour != null))
                switch (behaviour.GetType().FullName)
                {
                    case "VRM.VRMBlendShapeProxy":
                        foreach (var found in ReadVrm0(behaviour)) yield return found;
                        break;
                    case "UniVRM10.Vrm10Instance":
                        foreach (var found in ReadVrm1(behaviour)) yield return found;
                        break;
                }
        }

        static IEnumerable<(string, BlendTarget)> ReadVrm0(MonoBehaviour proxy)
        {
            foreach (var clip in Objects(Reference(proxy, "BlendShapeAvatar"), "Clips"))
                using (var serialized = new SerializedObject(clip))
                    foreach (var target in Targets(proxy.transform, serialized.FindProperty("Values"), 1))
                        yield return (serialized.FindProperty("BlendShapeName").stringValue, target);
        }

        static IEnumerable<(string, BlendTarget)> ReadVrm1(MonoBehaviour instance)
        {
            var model = Reference(instance, "Vrm");
            if (model == null) yield break;
            foreach (var preset in Vrm1Presets)
            {
                var clip = Reference(model, "Expression." + preset);
                if (clip == null) continue;
                foreach (var target in BindingsOf(clip, instance)) yield return (char.ToLowerInvariant(preset[0]) + preset.Substring(1), target);
            }
            foreach (var clip in Objects(model, "Expression.CustomClips"))
                foreach (var target in BindingsOf(clip, instance)) yield return (clip.name, target);
        }

        static IEnumerable<BlendTarget> BindingsOf(Object clip, MonoBehaviour instance)
        {
            using (var serialized = new SerializedObject(clip))
                foreach (var target in Targets(instance.transform, serialized.FindProperty("MorphTargetBindings"), Vrm1ToUnity)) yield return target;
        }

        static Object? Reference(Object? of, string path)
        {
            if (of == null) return null;
            using (var serialized = new SerializedObject(of)) return serialized.FindProperty(path)?.objectReferenceValue;
        }

        static List<Object> Objects(Object? of, string path)
        {
            if (of == null) return new List<Object>();
            using (var serialized = new SerializedObject(of))
                return Elements(serialized.FindProperty(path)).Select(element => element.objectReferenceValue).Where(found => found != null).ToList();
        }

        // Both versions use the same field names in a binding.
        static IEnumerable<BlendTarget> Targets(Transform root, SerializedProperty bindings, float toUnity)
        {
            foreach (var binding in Elements(bindings))
                if (Find(root, binding.FindPropertyRelative("RelativePath").stringValue) is SkinnedMeshRenderer renderer)
                    yield return new BlendTarget
                      (renderer, binding.FindPropertyRelative("Index").intValue, binding.FindPropertyRelative("Weight").floatValue * toUnity);
        }

        static IEnumerable<SerializedProperty> Elements(SerializedProperty? array)
        {
            for (var i = 0; array != null && i < array.arraySize; i++) yield return array.GetArrayElementAtIndex(i);
        }

        static SkinnedMeshRenderer? Find(Transform root, string path)
        {
            var found = root.Find(path);
            return found == null ? null : found.GetComponent<SkinnedMeshRenderer>();
        }
    }
}
