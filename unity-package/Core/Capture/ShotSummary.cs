#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Capture
{
    /// <summary>A summary of the shots that the daemon has of a character: what a training would use, before it starts.</summary>
    public sealed class ShotSummary
    {
        /// <summary>Shots that would be trained on: the newest of each name that is neither rejected nor excluded.</summary>
        public int Shots { get; private set; }

        /// <summary>Shots that the user has excluded.</summary>
        public int Excluded { get; private set; }

        /// <summary>Shots that the daemon cannot use.</summary>
        public int Rejected { get; private set; }

        /// <summary>Those among <see cref="Shots"/> that the daemon has not inspected yet.</summary>
        public int Waiting { get; private set; }

        /// <summary>Those whose face is known: from the editor's head rectangle, a detector or the user.</summary>
        public int Faces { get; private set; }

        /// <summary>Those whose face is only a guess.</summary>
        public int GuessedFaces { get; private set; }

        /// <summary>Those in which no face was found.</summary>
        public int WithoutFace { get; private set; }

        /// <summary>Summarizes shots as the daemon lists them, newest first.</summary>
        public static ShotSummary Of(IReadOnlyList<ShotDescription> shots)
        {
            var usable = shots.Where(shot => shot.State != ShotDescriptionState.Rejected)
                .GroupBy(shot => shot.Name).Select(group => group.First()).ToList();
            var taken = usable.Where(shot => shot.Excluded != true).ToList();
            var seen = taken.Where(shot => shot.State == ShotDescriptionState.Inspected).ToList();
            return new ShotSummary
            {
                Shots = taken.Count,
                Excluded = usable.Count - taken.Count,
                Rejected = shots.Count(shot => shot.State == ShotDescriptionState.Rejected),
                Waiting = taken.Count - seen.Count,
                Faces = seen.Count(shot => shot.Face != null && !ShotAdvice.IsGuess(shot.Face)),
                GuessedFaces = seen.Count(shot => shot.Face != null && ShotAdvice.IsGuess(shot.Face)),
                WithoutFace = seen.Count(shot => shot.Face == null),
            };
        }
    }
}
