#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Capture
{
    /// <summary>Something about a shot that the user should check.</summary>
    public enum Advice
    {
        /// <summary>The position of the head is a guess of the editor.</summary>
        HeadGuessed,
        /// <summary>The position of a hand is a guess of the editor, or much of the hand lies outside the picture.</summary>
        HandGuessed,
        /// <summary>The position of the face is a guess of the daemon.</summary>
        FaceGuessed,
        /// <summary>No face was found.</summary>
        NoFace,
    }

    /// <summary>What the user should check in a shot.</summary>
    public static class ShotAdvice
    {
        /// <summary>Below this a rectangle counts as a guess: a bone found by its name has 0.7, a position without vertices 0.3.</summary>
        const double Sure = 0.5;

        /// <summary>The advice for a shot.</summary>
        /// <param name="regions">Name and confidence of each rectangle that the editor saw.</param>
        /// <param name="isInspected">Whether the daemon has inspected it.</param>
        /// <param name="face">The face that the daemon found; null where it found none.</param>
        public static IReadOnlyList<Advice> Of(IEnumerable<KeyValuePair<string, double>> regions, bool isInspected, Face? face)
        {
            var advice = new List<Advice>();
            var unsure = regions.Where(region => region.Value < Sure).Select(region => region.Key).ToList();
            // A face that the user has drawn settles where the head is.
            var isSettled = face != null && !IsGuess(face);
            if (unsure.Contains(StageRegion.Head) && !isSettled) advice.Add(Advice.HeadGuessed);
            if (unsure.Contains(StageRegion.LeftHand) || unsure.Contains(StageRegion.RightHand)) advice.Add(Advice.HandGuessed);
            if (isInspected && face == null) advice.Add(Advice.NoFace);
            else if (face != null && IsGuess(face) && !advice.Contains(Advice.HeadGuessed)) advice.Add(Advice.FaceGuessed);
            return advice;
        }

        internal static bool IsGuess(Face face) => face.Source == FaceSource.Silhouette || face.Confidence < Sure;
    }
}
