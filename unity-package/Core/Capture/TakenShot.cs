#nullable enable
using System;
using System.Collections.Generic;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;

namespace LoraBridge.Core.Capture
{
    /// <summary>A finished shot: the image file and its metadata, in the protocol's terms.</summary>
    public sealed class TakenShot
    {
        /// <summary>
        /// Derived from the capture's id, the shot's name and the bytes: the same image taken again after an interruption has the same
        /// id, and a different image of the same name has a different one.
        /// </summary>
        public Guid Id { get; }

        /// <summary>Name of the character.</summary>
        public string Character { get; }

        /// <summary>The shot as planned: name, pose, angle, framing, expression.</summary>
        public PlannedShot Planned { get; }

        /// <summary>Rectangles of the head and the hands, by the protocol's names.</summary>
        public IReadOnlyDictionary<string, PictureRegion> Regions { get; }

        /// <summary>The PNG file, 8-bit sRGB with straight alpha.</summary>
        public byte[] Png { get; }

        /// <summary>SHA-256 of <see cref="Png"/> in lower-case hexadecimal.</summary>
        public string Sha256 { get; }

        /// <summary>Whether the alpha channel can be trusted.</summary>
        public MattingQuality Quality { get; }

        /// <summary>Makes a shot.</summary>
        public TakenShot(Guid id, string character, PlannedShot planned, IReadOnlyDictionary<string, PictureRegion> regions,
            byte[] png, string sha256, MattingQuality quality)
        {
            Id = id;
            Character = character;
            Planned = planned;
            Regions = regions;
            Png = png;
            Sha256 = sha256;
            Quality = quality;
        }
    }
}
