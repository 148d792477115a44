using System;
using System.Collections.Generic;

namespace LoraBridge.TestStage
{
    /// <summary>An animation clip of humanoid muscles, or one that was made for other bones.</summary>
    public sealed class Clip
    {
        public string Name;

        /// <summary>Seconds.</summary>
        public float Length;

        /// <summary>Muscle values at a time in seconds; null for a clip of another rig, none of whose curves meets a bone.</summary>
        public Func<float, Dictionary<string, float>> Muscles;
    }
}
