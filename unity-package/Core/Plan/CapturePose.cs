#nullable enable
using System.Collections.Generic;

namespace LoraBridge.Core.Plan
{
    /// <summary>Where a pose comes from.</summary>
    public enum PoseSource
    {
        /// <summary>The character as it stands in its prefab or scene.</summary>
        AsItStands,
        /// <summary>A frame of an animation clip.</summary>
        Clip,
        /// <summary>Values of the humanoid muscles.</summary>
        Muscles,
    }

    /// <summary>A pose of the character.</summary>
    public sealed class CapturePose
    {
        /// <summary>How it should read in a caption, such as <c>stand</c> or <c>arms crossed</c>.</summary>
        public string Name { get; set; } = "";

        /// <summary>Where it comes from; decides which of the other properties count.</summary>
        public PoseSource Source { get; set; }

        /// <summary>The stage's name of the clip, one of <see cref="Capture.StageCharacter.Clips"/>.</summary>
        public string Clip { get; set; } = "";

        /// <summary>Seconds from the clip's beginning.</summary>
        public float Time { get; set; }

        /// <summary>
        /// Muscles by their name in Unity's <c>HumanTrait.MuscleName</c>, −1 to 1 within each muscle's range. A muscle that is not
        /// named is 0, Unity's neutral position.
        /// </summary>
        public Dictionary<string, float> Muscles { get; set; } = new Dictionary<string, float>();
    }
}
