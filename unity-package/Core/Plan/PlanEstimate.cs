#nullable enable
using System;

namespace LoraBridge.Core.Plan
{
    /// <summary>How long a plan takes, about.</summary>
    public static class PlanEstimate
    {
        /// <summary>Seconds that an editor takes for a shot whatever its size: posing, baking, two or three ticks.</summary>
        const double SecondsPerShot = 0.08;

        /// <summary>Seconds for a million rendered pixels: read back twice and matted.</summary>
        const double SecondsPerMegapixel = 0.05;

        /// <summary>
        /// The time for a plan's shots before the first is taken; afterwards the session measures. A rough figure for a desktop
        /// computer, the character's import and shader compilation not counted.
        /// </summary>
        public static TimeSpan Of(CapturePlan plan)
        {
            var megapixels = plan.Width * (double)plan.Height * plan.Supersampling * plan.Supersampling / 1e6;
            var passes = plan.Matting == MattingMode.BlackAndWhite ? 2 : 1;
            return TimeSpan.FromSeconds(PlanExpansion.Count(plan) * (SecondsPerShot + passes * megapixels * SecondsPerMegapixel / 2));
        }
    }
}
