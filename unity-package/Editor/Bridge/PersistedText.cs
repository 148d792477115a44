#nullable enable
using System;
using System.IO;
using LoraBridge.Core.Outbox;
using LoraBridge.Core.Protocol;
using UnityEditor;
using UnityEngine;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>
    /// A text that outlives a domain reload (in SessionState) and the editor (in <c>Library/LoraBridge</c>). If it cannot be written
    /// to disk, it still survives domain reloads.
    /// </summary>
    sealed class PersistedText
    {
        readonly string _key;
        readonly StateFile _file;

        public PersistedText(string folder, string name)
        {
            _file = new StateFile(Path.Combine(folder, name + ".json"));
            _key = "LoraBridge." + name;
        }

        /// <summary>
        /// The parsed text, or null if there is none. A text that cannot be parsed, such as one damaged by a power cut, is set aside,
        /// reported once, and treated as absent.
        /// </summary>
        public T? Read<T>(Func<string, T?> parse) where T : class
        {
            var text = SessionState.GetString(_key, "");
            try
            {
                if (text.Length == 0) text = _file.Read() ?? "";
                if (text.Length == 0) return null;
                if (parse(text) is T whole) return whole;
                SetAside("it is damaged");
            }
            catch (LoraBridgeException error)
            {
                // It cannot be read now, but perhaps later.
                Debug.LogWarning($"LoRA Bridge: {error.Message} {error.Hint}");
            }
            catch (Exception error) when (error is ArgumentException || error is FormatException)
            {
                SetAside(error.Message);
            }
            return null;
        }

        void SetAside(string reason)
        {
            SessionState.EraseString(_key);
            try
            {
                Debug.LogWarning($"LoRA Bridge: {_file.SetAside()} was set aside ({reason}). Its contents are ignored; nothing else is lost.");
            }
            catch (LoraBridgeException error)
            {
                Debug.LogWarning($"LoRA Bridge: {error.Message} {error.Hint}");
            }
        }

        public void Write(string text)
        {
            SessionState.SetString(_key, text);
            try
            {
                _file.Write(text);
            }
            catch (LoraBridgeException error)
            {
                Debug.LogWarning($"LoRA Bridge: {error.Message} {error.Hint}");
            }
        }

        public void Clear()
        {
            SessionState.EraseString(_key);
            try
            {
                _file.Delete();
            }
            catch (LoraBridgeException error)
            {
                Debug.LogWarning($"LoRA Bridge: {error.Message} {error.Hint}");
            }
        }
    }
}
