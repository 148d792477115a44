#nullable enable
using System.Collections.Generic;

namespace LoraBridge.Core.Plan
{
    /// <summary>
    /// What to capture: every pose with every expression, in every framing, from every angle. Plain data, so that it can be stored
    /// as JSON; the presets are in <see cref="PlanPresets"/>.
    /// </summary>
    public sealed class CapturePlan
    {
        /// <summary>A shallow copy: its lists may be replaced, their elements are shared.</summary>
        public CapturePlan Copy() => (CapturePlan)MemberwiseClone();

        /// <summary>Poses, in order.</summary>
        public List<CapturePose> Poses { get; set; } = new List<CapturePose>();

        /// <summary>Expressions, in order; an empty list means the face as it is.</summary>
        public List<CaptureExpression> Expressions { get; set; } = new List<CaptureExpression>();

        /// <summary>Framings, in order.</summary>
        public List<ShotFraming> Framings { get; set; } = new List<ShotFraming>();

        /// <summary>Angles, in order.</summary>
        public List<CaptureAngle> Angles { get; set; } = new List<CaptureAngle>();

        /// <summary>Width of the finished picture in pixels.</summary>
        public int Width { get; set; } = 1024;

        /// <summary>Height of the finished picture in pixels.</summary>
        public int Height { get; set; } = 1024;

        /// <summary>Rendered pixels along each edge of a finished pixel, 1 to 4.</summary>
        public int Supersampling { get; set; } = 2;

        /// <summary>Space around the character, as a share of the image's shorter edge, 0 to 0.4.</summary>
        public float Margin { get; set; } = 0.05f;

        /// <summary>The camera's vertical field of view in degrees, 1 to 120. Small angles flatten the character less.</summary>
        public float FieldOfView { get; set; } = 20;

        /// <summary>The lights.</summary>
        public LightRig Light { get; set; }

        /// <summary>How alpha is obtained.</summary>
        public MattingMode Matting { get; set; }
    }
}
