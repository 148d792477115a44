#nullable enable
using System;
using System.Collections.Generic;
using System.Numerics;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;

namespace LoraBridge.Core.Framing
{
    /// <summary>Chooses which part of a posed character a shot shows, and places the camera for it.</summary>
    public static class ShotFramer
    {
        /// <summary>Where the hips are taken to be in a character that has none: this share of its height above its lowest point.</summary>
        const float UsualHipHeight = 0.5f;

        /// <summary>
        /// The camera for a shot of a plan.
        /// </summary>
        /// <exception cref="CaptureException">
        /// <c>input.character.invisible</c> where the character has no vertices, <c>input.plan.no-head</c> where a face framing is requested of a
        /// character without a head.
        /// </exception>
        public static CameraPlacement Place(CapturePlan plan, PlannedShot shot, PosedCharacter posed)
        {
            if (posed.Vertices.Count == 0)
                throw new CaptureException("input.character.invisible", $"The character has no visible vertices in the pose {shot.Pose.Name}.",
                    "Check that its renderers are enabled and have meshes.");
            return CameraFraming.Frame(Framed(shot, posed), posed.Vertices, shot.Angle, plan.FieldOfView, plan.Width, plan.Height, plan.Margin);
        }

        static IReadOnlyList<Vector3> Framed(PlannedShot shot, PosedCharacter posed) => shot.Framing switch
        {
            ShotFraming.Full => posed.Vertices,
            ShotFraming.Upper => AboveHips(posed),
            ShotFraming.Face => posed.Region(StageRegion.Head)?.Points ?? throw new CaptureException("input.plan.no-head",
                $"The head was not found, so the shot {shot.Name} cannot frame the face.",
                "Remove the face framing from the plan, or map the head bone in the model's avatar."),
            _ => throw new ArgumentOutOfRangeException(nameof(shot), shot.Framing, null),
        };

        static IReadOnlyList<Vector3> AboveHips(PosedCharacter posed)
        {
            var (least, most) = (float.PositiveInfinity, float.NegativeInfinity);
            foreach (var vertex in posed.Vertices) (least, most) = (Math.Min(least, vertex.Y), Math.Max(most, vertex.Y));
            var hips = posed.HipHeight ?? least + UsualHipHeight * (most - least);
            var above = new List<Vector3>(posed.Vertices.Count);
            foreach (var vertex in posed.Vertices) if (vertex.Y >= hips) above.Add(vertex);
            // A character that lies or stands on its head may have nothing above its hips.
            return above.Count > 0 ? above : posed.Vertices;
        }
    }
}
