#nullable enable
using System;
using System.Globalization;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Texts;

namespace LoraBridge.Editor.Plans
{
    /// <summary>Describes the size of a plan for the user.</summary>
    static class PlanText
    {
        /// <summary>Number of shots and estimated time, or the plan's first problem.</summary>
        public static string Of(CapturePlan plan)
        {
            var problems = PlanValidation.Problems(plan);
            if (problems.Count > 0) return $"{problems[0].Message} {problems[0].Hint}";
            return Localization.Get(Text.PlanSize, PlanExpansion.Count(plan), Duration(PlanEstimate.Of(plan)));
        }

        /// <summary><c>12 s</c>, <c>3:05</c> or <c>1:03:05</c>.</summary>
        public static string Duration(TimeSpan time)
          => time.TotalMinutes < 1 ? string.Format(CultureInfo.InvariantCulture, "{0:0} s", Math.Ceiling(time.TotalSeconds))
               : time.ToString(time.TotalHours < 1 ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);
    }
}
