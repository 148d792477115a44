#nullable enable
using System;
using System.Collections.Generic;
using LoraBridge.Core.Capture;

namespace LoraBridge.Core.Framing
{
    /// <summary>Where the parts of a character lie in a picture.</summary>
    public static class RegionProjection
    {
        /// <summary>A part that the picture cuts to less than this share of its area is left out.</summary>
        const double MinVisible = 0.25;

        /// <summary>
        /// The rectangles of a posed character's regions, cut at the picture's edges; confidence sinks with what is cut away. What
        /// hides a region (a hand behind the back) is not known here.
        /// </summary>
        public static IReadOnlyDictionary<string, PictureRegion> Regions(PosedCharacter posed, CameraPlacement camera)
        {
            var regions = new Dictionary<string, PictureRegion>();
            foreach (var region in posed.Regions)
                if (Rectangle(region, camera) is PictureRegion rectangle) regions[region.Name] = rectangle;
            return regions;
        }

        static PictureRegion? Rectangle(StageRegion region, CameraPlacement camera)
        {
            var (left, right, top, bottom) = (double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity);
            foreach (var point in region.Points)
            {
                var pixel = camera.Project(point);
                // Behind the camera there is no picture to be a part of.
                if (!(pixel.Z > 0)) return null;
                (left, right) = (Math.Min(left, pixel.X), Math.Max(right, pixel.X));
                (top, bottom) = (Math.Min(top, pixel.Y), Math.Max(bottom, pixel.Y));
            }
            var area = (right - left) * (bottom - top);
            (left, right) = (Math.Max(left, 0), Math.Min(right, camera.Width));
            (top, bottom) = (Math.Max(top, 0), Math.Min(bottom, camera.Height));
            if (!(right > left && bottom > top)) return null;
            var visible = (right - left) * (bottom - top) / area;
            if (visible < MinVisible) return null;
            return new PictureRegion((float)left, (float)top, (float)(right - left), (float)(bottom - top), (float)(region.Confidence * Math.Min(1, visible)));
        }
    }
}
