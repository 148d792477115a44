#nullable enable
using System;
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Editor.Plans;
using UnityEditor;

namespace LoraBridge.Editor.Batch
{
    /// <summary>Options of the command line.</summary>
    sealed class BatchOptions
    {
        public string Character { get; }
        public string Out { get; }
        public PlanChoice Plan { get; } = new PlanChoice();
        public bool Train { get; }

        BatchOptions(string character, string folder, bool train)
        {
            Character = character;
            Out = folder;
            Train = train;
        }

        /// <exception cref="CaptureException">Something is missing, or the plan does not exist.</exception>
        public static BatchOptions Parse(string[] arguments)
        {
            var options = new BatchOptions(Value(arguments, "-character") ?? throw Missing("-character", "the asset path of a prefab or model"),
                Value(arguments, "-out") ?? throw Missing("-out", "a folder for the images"), arguments.Contains("-train"));
            var plan = Value(arguments, "-plan") ?? nameof(PlanPreset.Default);
            if (Enum.TryParse(plan, true, out PlanPreset preset))
            {
                options.Plan.Preset = preset;
                return options;
            }
            options.Plan.Asset = AssetDatabase.LoadAssetAtPath<CapturePlanAsset>(plan);
            if (options.Plan.Asset == null)
                throw new CaptureException("input.plan.missing", $"There is no plan \"{plan}\".",
                    "Give the asset path of a plan, or one of " + string.Join(", ", Enum.GetNames(typeof(PlanPreset))) + ".");
            return options;
        }

        static string? Value(string[] arguments, string name)
        {
            var at = Array.IndexOf(arguments, name);
            return at < 0 || at + 1 >= arguments.Length ? null : arguments[at + 1];
        }

        static CaptureException Missing(string name, string what)
          => new CaptureException("input.option.invalid", $"{name} is missing.", $"Give {what}.");
    }
}
