#nullable enable
using System;

namespace LoraBridge.Editor.Settings
{
    /// <summary>The words that identify a character in captions.</summary>
    [Serializable]
    public sealed class CharacterWords
    {
        /// <summary>The character's protocol name.</summary>
        public string Character = "";

        /// <summary>The rare word that identifies it.</summary>
        public string Trigger = "sks";

        /// <summary>Its class, such as <c>girl</c>.</summary>
        public string Class = "girl";
    }
}
