using System;

namespace LoraBridge.Editor.Settings
{
    /// <summary>The words of a character in the captions of a training.</summary>
    [Serializable]
    public sealed class CharacterWords
    {
        /// <summary>The character's name, as the protocol has it.</summary>
        public string Character = "";

        /// <summary>The rare word that is to mean it.</summary>
        public string Trigger = "sks";

        /// <summary>What it is, such as <c>girl</c>.</summary>
        public string Class = "girl";
    }
}
