#nullable enable
using System;
using LoraBridge.Core.Plan;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Editor.Settings
{
    /// <summary>Training options that the user chooses in the editor; all others keep the daemon's defaults.</summary>
    [Serializable]
    public sealed class TrainingSettings
    {
        /// <summary>Base model: <c>pocket</c>, or a path on the daemon's machine.</summary>
        public string BaseModel = "pocket";

        /// <summary>Template of the prompt, with the placeholders of <see cref="PromptTemplate"/>.</summary>
        public string Prompt = PromptTemplate.Default;

        /// <summary>Total optimization steps.</summary>
        public int Steps = 1000;

        /// <summary>Rank of the LoRA.</summary>
        public int Rank = 4;

        /// <summary>Learning rate of AdamW.</summary>
        public float LearningRate = 1e-4f;

        /// <summary>Steps between two preview sheets.</summary>
        public int PreviewEvery = 200;

        /// <summary>Precision of the computation.</summary>
        public TrainOptionsPrecision Precision = TrainOptionsPrecision.Auto;
    }
}
