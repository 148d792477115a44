using System;
using System.Collections.Generic;

namespace LoraBridge.EndToEnd
{
    /// <summary>What an editor is opened with.</summary>
    [Serializable]
    sealed class EditorSetup
    {
        /// <summary>Folder of the project.</summary>
        public string Project;

        /// <summary>Name of the character's object, and a <see cref="Characters"/> of the stage.</summary>
        public string Name = "Godette", Character = Characters.Veiled;

        /// <summary>What the editor's session has kept over the reload; empty for a fresh start.</summary>
        public Dictionary<string, string> Session = new Dictionary<string, string>();

        /// <summary>Edge of the pictures in pixels; everything else is the default plan's.</summary>
        public int Size = UsualSize, Supersampling = 1;

        public const int UsualSize = 192;

        /// <summary>Options of the training.</summary>
        public int Steps = 4, PreviewEvery = 0;

        /// <summary>Takes all poses out of the plan.</summary>
        public bool HasNoPoses;

        /// <summary>URL and token of the settings, or empty.</summary>
        public string Address = "", Token = "";
    }

    /// <summary>What can be seen in an editor.</summary>
    [Serializable]
    public sealed class EditorView
    {
        public bool IsCapturing;

        /// <summary>How many of the capture's 15 shots are safe, while it is under way.</summary>
        public int Taken;
        public int Waiting, OpenStages;
        public string Status, Connection, Training, TrainingState;
        public List<SeenShot> Gallery = new List<SeenShot>();

        /// <summary>Steps of the previews.</summary>
        public List<int> Previews = new List<int>();

        /// <summary>Errors, warnings and exceptions of the console.</summary>
        public List<string> Errors = new List<string>();
    }

    /// <summary>A shot in the gallery.</summary>
    [Serializable]
    public sealed class SeenShot
    {
        public string Name, FaceSource, Caption;
        public bool IsInspected, IsExcluded;
    }
}
