using System;
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Stage;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEngine;
using Object = UnityEngine.Object;

namespace LoraBridge.Editor.Plans
{
    /// <summary>A plan asset, or a preset that is fitted to the character.</summary>
    [Serializable]
    public sealed class PlanChoice
    {
        const int TurntableSteps = 16;

        [SerializeField] CapturePlanAsset _asset;
        [SerializeField] PlanPreset _preset;

        // What a preset makes of the character; found out once, by bringing it onto a stage.
        [NonSerialized] GameObject _inspectedCharacter;
        [NonSerialized] StageCharacter _inspected;

        /// <summary>The asset; null where the preset counts.</summary>
        public CapturePlanAsset Asset
        {
            get => _asset;
            set => _asset = value;
        }

        /// <summary>The preset; it counts where there is no asset.</summary>
        public PlanPreset Preset
        {
            get => _preset;
            set => _preset = value;
        }

        /// <summary>Where alpha comes from.</summary>
        public MattingMode Matting => _asset == null ? MattingMode.BlackAndWhite : _asset.ToPlan().Matting;

        /// <summary>The plan for a character.</summary>
        /// <exception cref="CaptureException">The character cannot be brought onto a stage.</exception>
        public CapturePlan PlanFor(GameObject character)
        {
            if (_asset != null) return _asset.ToPlan();
            return PlanOf(_preset, Inspect(character));
        }

        /// <summary>How many shots the plan makes of a character, how long they take, and which share of its expressions it shows.</summary>
        /// <exception cref="CaptureException">The character cannot be brought onto a stage.</exception>
        internal string Describe(GameObject character)
        {
            var plan = PlanFor(character);
            var size = PlanText.Of(plan);
            var taken = plan.Expressions.Count(expression => expression.Key.Length > 0);
            if (_asset != null || taken == 0) return size;
            return size + " · " + Localization.Get(Text.PlanExpressions, taken, Inspect(character).Expressions.Count);
        }

        // A plan that is no asset yet. The window keeps it, also while scripts are compiled.
        internal bool HasDraft => _asset != null && !EditorUtility.IsPersistent(_asset);

        internal void DropDraft()
        {
            if (HasDraft) Object.DestroyImmediate(_asset);
        }

        /// <summary>Looks at the character anew the next time.</summary>
        public void Invalidate() => _inspected = null;

        StageCharacter Inspect(GameObject character)
        {
            if (_inspected != null && _inspectedCharacter == character) return _inspected;
            using (var stage = Stages.Create())
            {
                var plan = new CapturePlan { Width = 64, Height = 64, Supersampling = 1 };
                _inspected = stage.Load(CharacterSubject.Of(character), new StageSettings(plan, new PicturePool()));
                _inspectedCharacter = character;
            }
            return _inspected;
        }

        /// <summary>A preset fitted to what a character can do.</summary>
        public static CapturePlan PlanOf(PlanPreset preset, StageCharacter character) => preset switch
        {
            PlanPreset.Default => PlanPresets.Default(character),
            PlanPreset.Around => PlanPresets.Around(character),
            PlanPreset.Turntable => PlanPresets.Turntable(character, TurntableSteps),
            PlanPreset.Faces => PlanPresets.Faces(character),
            PlanPreset.Everything => PlanPresets.Everything(character),
            _ => throw new ArgumentOutOfRangeException(nameof(preset), preset, "Not a preset."),
        };
    }
}
