#nullable enable
namespace LoraBridge.Core.Capture
{
    /// <summary>A rectangle in pixels of the final image, from its upper left corner; the protocol calls it a region.</summary>
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

        /// <summary>Confidence, 0 to 1.</summary>
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
