#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>Facial expressions: the character's VRM presets, if any, and every blend shape by its own name.</summary>
    sealed class Expressions
    {
        readonly Dictionary<string, List<BlendTarget>> _targets = new Dictionary<string, List<BlendTarget>>();
        readonly List<(SkinnedMeshRenderer renderer, int index, float weight)> _neutral
          = new List<(SkinnedMeshRenderer, int, float)>();

        /// <summary>Names of VRM's presets; empty if the character is not a VRM.</summary>
        public IReadOnlyList<string> Presets { get; }

        /// <summary>Names of all expressions, presets first.</summary>
        public IReadOnlyList<string> Names => _targets.Keys.ToList();

        public Expressions(CharacterClone clone)
        {
            foreach (var (name, target) in VrmExpressions.Read(clone.Root)) Add(name, target);
            Presets = Names;
            foreach (var renderer in clone.Renderers.OfType<SkinnedMeshRenderer>())
            {
                var mesh = renderer.sharedMesh;
                if (mesh == null) continue;
                for (var index = 0; index < mesh.blendShapeCount; index++)
                {
                    _neutral.Add((renderer, index, renderer.GetBlendShapeWeight(index)));
                    Add(mesh.GetBlendShapeName(index), new BlendTarget(renderer, index, 100));
                }
            }
        }

        void Add(string name, BlendTarget target)
        {
            if (!_targets.TryGetValue(name, out var targets)) _targets.Add(name, targets = new List<BlendTarget>());
            targets.Add(target);
        }

        /// <summary>Replaces the expression; an empty key is the face as it is.</summary>
        /// <exception cref="CaptureException">The character cannot show it.</exception>
        public void Show(CaptureExpression expression)
        {
            foreach (var (renderer, index, weight) in _neutral) renderer.SetBlendShapeWeight(index, weight);
            if (expression.Key.Length == 0) return;
            if (!_targets.TryGetValue(expression.Key, out var targets))
                throw new CaptureException
                  ("input.expression.missing", $"The character has no expression \"{expression.Key}\".",
                   "Choose one of its blend shapes or VRM presets in the plan.");
            foreach (var target in targets) target.Renderer.SetBlendShapeWeight(target.Index, target.Weight * expression.Weight);
        }
    }

    /// <summary>A blend shape of a renderer, and its weight (0 to 100) at the full expression.</summary>
    readonly struct BlendTarget
    {
        public SkinnedMeshRenderer Renderer { get; }
        public int Index { get; }
        public float Weight { get; }

        public BlendTarget(SkinnedMeshRenderer renderer, int index, float weight)
        {
            Renderer = renderer;
            Index = index;
            Weight = weight;
        }
    }
}
