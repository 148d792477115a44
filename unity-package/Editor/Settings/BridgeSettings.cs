#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Daemon;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEngine;

namespace LoraBridge.Editor.Settings
{
    /// <summary>The user's settings for this project. They may hold a token: do not put UserSettings under version control.</summary>
    [FilePath("UserSettings/LoraBridge.asset", FilePathAttribute.Location.ProjectFolder)]
    public sealed class BridgeSettings : ScriptableSingleton<BridgeSettings>
    {
        [SerializeField] string _command = "";
        [SerializeField] string _descriptor = "";
        [SerializeField] string _address = "";
        [SerializeField] string _token = "";
        [SerializeField] BridgeLanguage _language;
        [SerializeField] TrainingSettings _training = new TrainingSettings();
        [SerializeField] List<CharacterWords> _words = new List<CharacterWords>();

        /// <summary>Path of the lora-bridge program, or of a folder that contains it; empty to detect it.</summary>
        public string Command
        {
            get => _command;
            set => Change(ref _command, value.Trim());
        }

        /// <summary>Path of another daemon's descriptor; empty for this computer's own daemon.</summary>
        public string Descriptor
        {
            get => _descriptor;
            set => Change(ref _descriptor, value.Trim());
        }

        /// <summary>URL of a remote daemon; empty to read it from a descriptor.</summary>
        public string Address
        {
            get => _address;
            set => Change(ref _address, value.Trim());
        }

        /// <summary>The remote daemon's token.</summary>
        public string Token
        {
            get => _token;
            set => Change(ref _token, value.Trim());
        }

        /// <summary>Language of the texts.</summary>
        public BridgeLanguage Language
        {
            get => _language;
            set => Change(ref _language, value);
        }

        /// <summary>Options of the next training. Call <see cref="Save"/> after changing them.</summary>
        public TrainingSettings Training => _training;

        /// <summary>The words of a character. Call <see cref="Save"/> after changing them.</summary>
        public CharacterWords WordsOf(string character)
        {
            var words = _words.FirstOrDefault(known => known.Character == character);
            if (words == null) _words.Add(words = new CharacterWords { Character = character });
            return words;
        }

        /// <summary>The prompt that a character is trained with.</summary>
        public string PromptFor(string character)
        {
            var words = WordsOf(character);
            return PromptTemplate.Fill(_training.Prompt, words.Trigger, words.Class);
        }

        /// <summary>Where the daemon is, and how it is started.</summary>
        internal DaemonSettings Daemon
          => new DaemonSettings
          {
              Node = BridgePreferences.Node, Program = _command, StartScript = BridgePreferences.StartScript,
              DescriptorFile = _descriptor, Url = _address, Token = _token,
          };

        /// <summary>Something was changed.</summary>
        public static event Action? Changed;

        /// <summary>Writes the settings to disk.</summary>
        public void Save()
        {
            Save(true);
            Changed?.Invoke();
        }

        void Change<T>(ref T field, T value)
        {
            if (Equals(field, value)) return;
            field = value;
            Save();
        }
    }
}
