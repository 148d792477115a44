#nullable enable
using System;
using LoraBridge.Core.Capture;
using LoraBridge.Editor.Texts;

namespace LoraBridge.Editor.Window
{
    /// <summary>The texts of advice about a shot.</summary>
    static class ShotTexts
    {
        public static Text Of(Advice advice) => advice switch
        {
            Advice.HeadGuessed => Text.AdviceHead,
            Advice.HandGuessed => Text.AdviceHand,
            Advice.FaceGuessed => Text.AdviceFace,
            Advice.NoFace => Text.AdviceNoFace,
            _ => throw new ArgumentOutOfRangeException(nameof(advice), advice, null),
        };
    }
}
