#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;

namespace LoraBridge.Core.Capture
{
    /// <summary>What stays the same over all shots of a capture.</summary>
    public sealed class StageSettings
    {
        /// <summary>Rendered width in pixels, supersampling included.</summary>
        public int Width { get; }

        /// <summary>Rendered height in pixels, supersampling included.</summary>
        public int Height { get; }

        /// <summary>Rendered pixels along one side of a pixel of the finished picture.</summary>
        public int Supersampling { get; }

        /// <summary>The lights.</summary>
        public LightRig Light { get; }

        /// <summary>Whether to take two passes or one.</summary>
        public MattingMode Matting { get; }

        /// <summary>Names of the clips that the plan's poses take; the stage may know more than the character brings.</summary>
        public IReadOnlyList<string> Clips { get; }

        /// <summary>Where the stage takes the memory of its pictures from.</summary>
        public PicturePool Pictures { get; }

        /// <summary>Settings for the shots of a plan.</summary>
        public StageSettings(CapturePlan plan, PicturePool pictures)
        {
            Width = plan.Width * plan.Supersampling;
            Height = plan.Height * plan.Supersampling;
            Supersampling = plan.Supersampling;
            Light = plan.Light;
            Matting = plan.Matting;
            Clips = plan.Poses.Where(pose => pose.Source == PoseSource.Clip).Select(pose => pose.Clip).Distinct().ToList();
            Pictures = pictures;
        }
    }
}
