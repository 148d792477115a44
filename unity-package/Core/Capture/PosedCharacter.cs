#nullable enable
using System;
using System.Collections.Generic;
using System.Numerics;

namespace LoraBridge.Core.Capture
{
    /// <summary>The vertices of the character as it is posed now, in world coordinates (Unity's: left-handed, y up).</summary>
    public sealed class PosedCharacter
    {
        /// <summary>The vertices of every enabled renderer, after skinning and blend shapes.</summary>
        public IReadOnlyList<Vector3> Vertices { get; }

        /// <summary>Parts of the character that the stage recognizes.</summary>
        public IReadOnlyList<StageRegion> Regions { get; }

        /// <summary>Height of the hips, or null if the stage has found none.</summary>
        public float? HipHeight { get; }

        /// <summary>Makes a description of the posed character.</summary>
        public PosedCharacter(IReadOnlyList<Vector3> vertices, IReadOnlyList<StageRegion> regions, float? hipHeight)
        {
            Vertices = vertices;
            Regions = regions;
            HipHeight = hipHeight;
        }

        /// <summary>The region of a name, or null.</summary>
        public StageRegion? Region(string name)
        {
            foreach (var region in Regions) if (region.Name == name) return region;
            return null;
        }
    }

    /// <summary>A part of the character.</summary>
    public sealed class StageRegion
    {
        /// <summary>The head with its hair.</summary>
        public const string Head = "head";

        /// <summary>The character's left hand.</summary>
        public const string LeftHand = "leftHand";

        /// <summary>The character's right hand.</summary>
        public const string RightHand = "rightHand";

        /// <summary>One of the constants above; the protocol's names.</summary>
        public string Name { get; }

        /// <summary>Its vertices in world coordinates, at least one.</summary>
        public IReadOnlyList<Vector3> Points { get; }

        /// <summary>
        /// Confidence, 0 to 1: 1 where the vertices are weighted to the bone itself, less where they were guessed.
        /// </summary>
        public float Confidence { get; }

        /// <summary>Makes a region.</summary>
        public StageRegion(string name, IReadOnlyList<Vector3> points, float confidence)
        {
            if (points.Count == 0) throw new ArgumentException("A region needs at least one point.", nameof(points));
            Name = name;
            Points = points;
            Confidence = confidence;
        }
    }
}
