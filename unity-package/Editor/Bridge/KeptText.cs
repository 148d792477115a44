using System.IO;
using UnityEditor;
using UnityEngine;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>
    /// A text that outlives a domain reload (in the session's state) and the editor (in <c>Library/LoraBridge</c>). What the disk cannot
    /// take is still kept for the session.
    /// </summary>
    sealed class KeptText
    {
        readonly string _key, _file;
        string _text;

        public KeptText(string folder, string name)
        {
            _file = Path.Combine(folder, name + ".json");
            _key = "LoraBridge." + name;
        }

        /// <summary>The text, or an empty one.</summary>
        public string Read()
        {
            if (_text != null) return _text;
            _text = SessionState.GetString(_key, "");
            if (_text.Length == 0 && File.Exists(_file)) _text = File.ReadAllText(_file);
            return _text;
        }

        public void Write(string text)
        {
            _text = text;
            SessionState.SetString(_key, text);
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_file));
                // Whole or not at all, also when the editor is killed while it writes.
                File.WriteAllText(_file + ".new", text);
                if (File.Exists(_file)) File.Replace(_file + ".new", _file, null);
                else File.Move(_file + ".new", _file);
            }
            catch (IOException error)
            {
                Debug.LogWarning($"LoRA Bridge: {error.Message}");
            }
        }

        public void Clear()
        {
            _text = "";
            SessionState.EraseString(_key);
            File.Delete(_file);
        }
    }
}
