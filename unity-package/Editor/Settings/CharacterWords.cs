using System;

namespace LoraBridge.Editor.Settings
{
    /// <summary>The words by which a training knows a character.</summary>
    [Serializable]
    public sealed class CharacterWords
    {
        /// <summary>The character's name, as the protocol has it.</summary>
        public string Character = "";

        /// <summary>The rare word that is to mean it.</summary>
        public string Trigger = "sks";

        /// <summary>What it is.</summary>
        public string Class = "girl";
    }
}
