#nullable enable
using System;

namespace LoraBridge.Core.Plan
{
    /// <summary>A rough estimate of how long a plan takes.</summary>
    public static class PlanEstimate
    {
        /// <summary>Seconds for a shot of any size: posing, baking, two or three ticks.</summary>
        const double SecondsPerShot = 0.08;

        /// <summary>Seconds for a million rendered pixels: two readbacks and matting.</summary>
        const double SecondsPerMegapixel = 0.05;

        /// <summary>
        /// The time for a plan's shots before the first is taken; afterwards the session measures it. For a desktop
        /// computer, excluding the character's import and shader compilation.
        /// </summary>
        public static TimeSpan Of(CapturePlan plan)
        {
            var megapixels = plan.Width * (double)plan.Height * plan.Supersampling * plan.Supersampling / 1e6;
            var passes = plan.Matting == MattingMode.BlackAndWhite ? 2 : 1;
            return TimeSpan.FromSeconds(PlanExpansion.Count(plan) * (SecondsPerShot + passes * megapixels * SecondsPerMegapixel / 2));
        }
    }
}
