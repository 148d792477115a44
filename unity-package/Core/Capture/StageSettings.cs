#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;

namespace LoraBridge.Core.Capture
{
    /// <summary>Settings that stay the same for all shots of a capture.</summary>
    public sealed class StageSettings
    {
        /// <summary>Rendered width in pixels, supersampling included.</summary>
        public int Width { get; }

        /// <summary>Rendered height in pixels, supersampling included.</summary>
        public int Height { get; }

        /// <summary>Rendered pixels along each edge of a pixel of the final image.</summary>
        public int Supersampling { get; }

        /// <summary>The lights.</summary>
        public LightRig Light { get; }

        /// <summary>Whether to take two passes or one.</summary>
        public MattingMode Matting { get; }

        /// <summary>Names of the clips that the plan's poses use; they need not be the character's own.</summary>
        public IReadOnlyList<string> Clips { get; }

        /// <summary>Pool that provides the memory for rendered images.</summary>
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
