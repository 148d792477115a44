#nullable enable
using System;
using LoraBridge.Core.Capture;

namespace LoraBridge.Editor.Stage
{
    /// <summary>Creates the stage of every capture and every framing preview.</summary>
    public static class Stages
    {
        /// <summary>Makes a stage. Replace it to capture with a renderer other than Unity's.</summary>
        public static Func<IStage> Create { get; set; } = () => new UnityStage();
    }
}
