#nullable enable
using System;
using System.Collections.Generic;

namespace LoraBridge.Core.Capture
{
    /// <summary>Capabilities of a loaded character.</summary>
    public sealed class StageCharacter
    {
        /// <summary>Its name, as shown to people.</summary>
        public string Name { get; set; } = "";

        /// <summary>Whether muscle poses and humanoid clips apply.</summary>
        public bool IsHumanoid { get; set; }

        /// <summary>Whether the stage has found its head: without one there are no face framings.</summary>
        public bool HasHead { get; set; }

        /// <summary>Its own animation clips, by the stage's names.</summary>
        public IReadOnlyList<StageClip> Clips { get; set; } = Array.Empty<StageClip>();

        /// <summary>Expressions that it can show, by the stage's names.</summary>
        public IReadOnlyList<string> Expressions { get; set; } = Array.Empty<string>();

        /// <summary>Those of them that were authored as expressions, such as VRM's presets; the rest are single blend shapes.</summary>
        public IReadOnlyList<string> ExpressionPresets { get; set; } = Array.Empty<string>();
    }

    /// <summary>An animation clip.</summary>
    public sealed class StageClip
    {
        /// <summary>The stage's name of the clip, unique for the character.</summary>
        public string Name { get; }

        /// <summary>Seconds.</summary>
        public float Length { get; }

        /// <summary>Makes a description of a clip.</summary>
        public StageClip(string name, float length)
        {
            Name = name;
            Length = length;
        }
    }
}
