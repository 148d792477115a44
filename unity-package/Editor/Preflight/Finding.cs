using System;
using LoraBridge.Editor.Texts;

namespace LoraBridge.Editor.Preflight
{
    /// <summary>How much a finding spoils.</summary>
    public enum Severity
    {
        /// <summary>Pictures come out, but worse than they could.</summary>
        Warning,
        /// <summary>Pictures would come out wrong; nothing is captured.</summary>
        Error,
    }

    /// <summary>A setting of the project or the character that stands in the way of good pictures.</summary>
    public sealed class Finding
    {
        readonly Text _text;
        readonly object[] _values;

        /// <summary>How bad it is.</summary>
        public Severity Severity { get; }

        /// <summary>What is wrong, and where exactly to change it, in the editor's language.</summary>
        public string Message => Localization.Get(_text, _values);

        /// <summary>Changes the setting, or null where Unity does not let a script do so.</summary>
        public Action Fix { get; }

        internal Finding(Severity severity, Text text, Action fix, params object[] values)
        {
            Severity = severity;
            _text = text;
            Fix = fix;
            _values = values;
        }
    }
}
