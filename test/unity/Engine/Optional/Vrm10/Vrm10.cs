using System;
using System.Collections.Generic;
using UnityEngine;

namespace UniVRM10
{
    public enum ExpressionPreset
    {
        custom,
    }

    public struct MorphTargetBinding
    {
        public const float VRM_TO_UNITY = 100.0f;

        public String RelativePath;
        public int Index;
        public float Weight;
    }

    public class PrefabRelatedScriptableObject : ScriptableObject
    {
    }

    public sealed class VRM10Expression : PrefabRelatedScriptableObject
    {
        public MorphTargetBinding[] MorphTargetBindings = new MorphTargetBinding[] {};
    }

    public sealed class VRM10ObjectExpression
    {
        public IEnumerable<(ExpressionPreset Preset, VRM10Expression Clip)> Clips => new (ExpressionPreset, VRM10Expression)[0];
    }

    public class VRM10Object : PrefabRelatedScriptableObject
    {
        public VRM10ObjectExpression Expression = new VRM10ObjectExpression();
    }

    public class Vrm10Instance : MonoBehaviour
    {
        public VRM10Object Vrm;
    }
}
