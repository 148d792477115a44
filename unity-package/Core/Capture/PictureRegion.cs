#nullable enable
namespace LoraBridge.Core.Capture
{
    /// <summary>A rectangle in pixels of the finished picture, from its upper left corner; what the protocol calls a region.</summary>
    public sealed class PictureRegion
    {
        /// <summary>Left edge.</summary>
        public float X { get; }

        /// <summary>Upper edge.</summary>
        public float Y { get; }

        /// <summary>Width, positive.</summary>
        public float Width { get; }

        /// <summary>Height, positive.</summary>
        public float Height { get; }

        /// <summary>How sure we are, 0 to 1.</summary>
        public float Confidence { get; }

        /// <summary>Makes a rectangle.</summary>
        public PictureRegion(float x, float y, float width, float height, float confidence)
        {
            X = x;
            Y = y;
            Width = width;
            Height = height;
            Confidence = confidence;
        }
    }
}
