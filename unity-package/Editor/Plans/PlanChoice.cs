#nullable enable
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
    /// <summary>A plan asset, or a preset that adapts to the character.</summary>
    [Serializable]
    public sealed class PlanChoice
    {
        const int TurntableSteps = 16;

        [SerializeField] CapturePlanAsset? _asset;
        [SerializeField] PlanPreset _preset;

        // Capabilities of the character; determined once, by loading it onto a stage.
        [NonSerialized] GameObject? _inspectedCharacter;
        [NonSerialized] StageCharacter? _inspected;

        /// <summary>The asset; null to use the preset.</summary>
        public CapturePlanAsset? Asset
        {
            get => _asset;
            set => _asset = value;
        }

        /// <summary>The preset, used if there is no asset.</summary>
        public PlanPreset Preset
        {
            get => _preset;
            set => _preset = value;
        }

        /// <summary>How alpha is obtained.</summary>
        public MattingMode Matting => _asset == null ? MattingMode.BlackAndWhite : _asset.ToPlan().Matting;

        /// <summary>The plan for a character.</summary>
        /// <exception cref="CaptureException">The character cannot be loaded onto a stage.</exception>
        public CapturePlan PlanFor(GameObject character)
        {
            if (_asset != null) return _asset.ToPlan();
            return PlanOf(_preset, Inspect(character));
        }

        /// <summary>Number of shots of the plan, estimated time, and how many of the character's expressions it uses.</summary>
        /// <exception cref="CaptureException">The character cannot be loaded onto a stage.</exception>
        internal string Describe(GameObject character)
        {
            var plan = PlanFor(character);
            var size = PlanText.Of(plan);
            var taken = plan.Expressions.Count(expression => expression.Key.Length > 0);
            if (_asset != null || taken == 0) return size;
            return size + " · " + Localization.Get(Text.PlanExpressions, taken, Inspect(character).Expressions.Count);
        }

        // A draft is not saved as an asset yet. The window keeps it over domain reloads.
        internal CapturePlanAsset? Draft => _asset != null && !EditorUtility.IsPersistent(_asset) ? _asset : null;

        internal void DropDraft()
        {
            if (Draft is CapturePlanAsset draft) Object.DestroyImmediate(draft);
        }

        /// <summary>Makes the next call inspect the character again.</summary>
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

        /// <summary>A preset adapted to a character.</summary>
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
