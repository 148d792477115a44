#nullable enable
namespace LoraBridge.Core.Plan
{
    /// <summary>A facial expression: a blend shape or a VRM preset at some weight.</summary>
    public sealed class CaptureExpression
    {
        /// <summary>How it should read in a caption, such as <c>smiling</c>; empty for the face as it is.</summary>
        public string Name { get; set; } = "";

        /// <summary>
        /// The stage's name of the expression, one of <see cref="Capture.StageCharacter.Expressions"/>; empty for the face as it is.
        /// </summary>
        public string Key { get; set; } = "";

        /// <summary>0 to 1.</summary>
        public float Weight { get; set; } = 1;
    }
}
