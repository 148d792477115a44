#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using UnityEngine;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>What is saved of a training over domain reloads and restarts of the editor, by Unity's serializer.</summary>
    [Serializable]
    sealed class TrainingRecord
    {
        public string Job = "";
        public string Character = "";
        public string Folder = "";
        // Whether the daemon has the job: from then on its status is requested, and it is never started again.
        public bool IsStarted;
        public bool HasEnded;
        public bool IsResumable;
        // Two lists of equal length: Unity's serializer does not support tuples.
        public List<int> Steps = new List<int>();
        public List<float> Losses = new List<float>();
        // The protocol's report on the prepared dataset as JSON; empty before it has arrived.
        public string Dataset = "";
        public List<PreviewRecord> Previews = new List<PreviewRecord>();

        /// <summary>The record in a text, or null if it is incomplete. Throws ArgumentException, as Unity does.</summary>
        public static TrainingRecord? Parse(string text)
        {
            var record = JsonUtility.FromJson<TrainingRecord>(text);
            var isWhole = record != null && !string.IsNullOrEmpty(record.Job) && record.Character != null && record.Folder != null && record.Dataset != null
                && record.Steps != null && record.Losses != null && record.Previews != null && record.Previews.All(preview => preview != null);
            return isWhole ? record : null;
        }
    }

    /// <summary>A preview sheet that can be downloaded again.</summary>
    [Serializable]
    sealed class PreviewRecord
    {
        public int Step;
        public string Prompt = "";
        public string Url = "";
    }
}
