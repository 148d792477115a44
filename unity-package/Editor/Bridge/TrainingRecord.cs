using System;
using System.Collections.Generic;
using System.Linq;
using UnityEngine;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>What is kept of a training while scripts are compiled or the editor is away. Unity's serializer writes it.</summary>
    [Serializable]
    sealed class TrainingRecord
    {
        public string Job = "";
        public string Character = "";
        public string Folder = "";
        // Whether the daemon has the job: from then on it is asked for, never started again.
        public bool IsStarted;
        public bool HasEnded;
        public bool IsResumable;
        // Two lists of one length: Unity's serializer knows no pairs.
        public List<int> Steps = new List<int>();
        public List<float> Losses = new List<float>();
        public List<PreviewRecord> Previews = new List<PreviewRecord>();

        /// <summary>The record in a text; null where it is none. Throws ArgumentException, as Unity does.</summary>
        public static TrainingRecord Parse(string text)
        {
            var record = JsonUtility.FromJson<TrainingRecord>(text);
            var isWhole = record != null && !string.IsNullOrEmpty(record.Job) && record.Character != null && record.Folder != null
                && record.Steps != null && record.Losses != null && record.Previews != null && record.Previews.All(preview => preview != null);
            return isWhole ? record : null;
        }
    }

    /// <summary>A preview sheet that can be fetched again.</summary>
    [Serializable]
    sealed class PreviewRecord
    {
        public int Step;
        public string Prompt = "";
        public string Url = "";
    }
}
