#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Capture;

namespace LoraBridge.Core.Plan
{
    /// <summary>
    /// Which of a character's expressions a preset plan uses. An anime-style face has 50 to 100 blend shapes, most of which are parts of
    /// expressions (one brow, one corner of the mouth): using all of them would make hundreds of shots of little value.
    /// </summary>
    public static class ExpressionChoice
    {
        /// <summary>The most expressions that a preset plan has, in addition to the neutral face.</summary>
        public const int Maximum = 12;

        // By the names that VRM, VRoid, ARKit and MMD use: emotions first, then eyelids.
        static readonly string[][] Words =
        {
            new[] { "joy", "happy", "smile", "laugh", "\u7b11", "\u306b\u3053\u308a" },
            new[] { "fun", "relaxed" },
            new[] { "angry", "anger", "\u6012" },
            new[] { "sorrow", "sad", "cry", "\u60b2", "\u56f0\u308b", "\u6ce3" },
            new[] { "surprise", "\u9a5a", "\u3073\u3063\u304f\u308a" },
            new[] { "shy", "embarrass", "\u7167\u308c" },
            new[] { "blink", "\u307e\u3070\u305f\u304d" },
            new[] { "wink", "\u30a6\u30a3\u30f3\u30af" },
        };

        // Parts of a face, as VRoid and ARKit name them; gaze directions; and the neutral face.
        static readonly string[] Parts = { "_brw", "brow", "_eye_", "_mth", "mouth", "cheek", "jaw", "nose", "tongue", "_ha_", "look", "neutral" };

        /// <summary>
        /// From the presets if there are any, else from the blend shapes: those named after an emotion, then other presets, at most
        /// <see cref="Maximum"/>. Blend shapes with other names are used only if none is named after an emotion.
        /// </summary>
        public static IReadOnlyList<string> Of(StageCharacter character)
        {
            var hasPresets = character.ExpressionPresets.Count > 0;
            var all = (hasPresets ? character.ExpressionPresets : character.Expressions).Distinct().ToList();
            var whole = all.Where(name => !Contains(name, Parts)).ToList();
            var named = whole.Where(name => Rank(name) < Words.Length).OrderBy(Rank).ToList();
            if (hasPresets) named.AddRange(whole.Except(named).ToList());
            if (named.Count == 0) named = whole.Count > 0 ? whole : all;
            return named.Take(Maximum).ToList();
        }

        static int Rank(string name)
        {
            var rank = Array.FindIndex(Words, words => Contains(name, words));
            return rank < 0 ? Words.Length : rank;
        }

        static bool Contains(string name, string[] words) => words.Any(word => name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0);
    }
}
