using System;
using LoraBridge.Core.Plan;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Editor.Settings
{
    /// <summary>Options of a training that a person chooses in the editor; all others stay at the daemon's defaults.</summary>
    [Serializable]
    public sealed class TrainingSettings
    {
        /// <summary>Base model: <c>pocket</c>, or a path on the daemon's machine.</summary>
        public string BaseModel = "pocket";

        /// <summary>Caption of a character; its own words take the places of <see cref="PromptTemplate"/>.</summary>
        public string Prompt = PromptTemplate.Default;

        /// <summary>Optimisation steps in all.</summary>
        public int Steps = 1000;

        /// <summary>Rank of the LoRA.</summary>
        public int Rank = 4;

        /// <summary>Learning rate of AdamW.</summary>
        public float LearningRate = 1e-4f;

        /// <summary>Steps between two preview sheets.</summary>
        public int PreviewEvery = 200;

        /// <summary>Number format of the computation.</summary>
        public TrainOptionsPrecision Precision = TrainOptionsPrecision.Auto;
    }
}
