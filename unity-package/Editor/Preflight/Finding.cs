#nullable enable
using System;
using LoraBridge.Editor.Texts;

namespace LoraBridge.Editor.Preflight
{
    /// <summary>How serious a finding is.</summary>
    public enum Severity
    {
        /// <summary>Images are captured, but worse than they could be.</summary>
        Warning,
        /// <summary>Images would be wrong; nothing is captured.</summary>
        Error,
    }

    /// <summary>A setting of the project or the character that prevents good images.</summary>
    public sealed class Finding
    {
        readonly Text _text;
        readonly object[] _values;

        /// <summary>How serious it is.</summary>
        public Severity Severity { get; }

        /// <summary>What is wrong, and where exactly to change it, in the editor's language.</summary>
        public string Message => Localization.Get(_text, _values);

        /// <summary>Changes the setting; null if a script cannot.</summary>
        public Action? Fix { get; }

        internal Finding(Severity severity, Text text, Action? fix, params object[] values)
        {
            Severity = severity;
            _text = text;
            Fix = fix;
            _values = values;
        }
    }
}
