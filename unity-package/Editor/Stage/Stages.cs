using System;
using LoraBridge.Core.Capture;

namespace LoraBridge.Editor.Stage
{
    /// <summary>Where every capture and every framing preview of the editor takes its stage from.</summary>
    public static class Stages
    {
        /// <summary>Makes a stage. Set it to photograph with something else than Unity's renderer.</summary>
        public static Func<IStage> Create { get; set; } = () => new UnityStage();
    }
}
