#nullable enable

namespace LoraBridge.Core.Protocol
{
    /// <summary>
    /// Checks JSON strictly. Json.NET also reads comments, single quotes, bare names, NaN and hexadecimal
    /// numbers, all of which the daemon refuses.
    /// </summary>
    internal readonly ref struct JsonGrammar
    {
        // Deep enough for every message, and far from the end of the stack.
        const int MaxDepth = 64;

        readonly string _text;

        JsonGrammar(string text) => _text = text;

        /// <summary>Whether the text is one JSON value as RFC 8259 defines it.</summary>
        public static bool Accepts(string text)
        {
            var grammar = new JsonGrammar(text);
            var end = grammar.Space(grammar.Value(grammar.Space(0), 0));
            return end == text.Length;
        }

        // Each method takes the position where an element should begin and returns where it ends, or -1.

        int Value(int at, int depth)
        {
            if (depth > MaxDepth) return -1;
            switch (At(at))
            {
                case '{': return Members(at, '}', true, depth + 1);
                case '[': return Members(at, ']', false, depth + 1);
                case '"': return String(at);
                case 't': return Word(at, "true");
                case 'f': return Word(at, "false");
                case 'n': return Word(at, "null");
                default: return Number(at);
            }
        }

        int Members(int at, char close, bool named, int depth)
        {
            at = Space(at + 1);
            if (At(at) == close) return at + 1;
            while (true)
            {
                if (named)
                {
                    at = Space(String(at));
                    if (At(at) != ':') return -1;
                    at = Space(at + 1);
                }
                at = Space(Value(at, depth));
                if (At(at) == close) return at + 1;
                if (At(at) != ',') return -1;
                at = Space(at + 1);
            }
        }

        int String(int at)
        {
            if (At(at) != '"') return -1;
            for (at++; at < _text.Length; at++)
            {
                var c = _text[at];
                if (c == '"') return at + 1;
                if (c < ' ') return -1;
                if (c != '\\') continue;
                var escape = At(++at);
                if (escape == 'u')
                {
                    for (var end = at + 4; at < end; ) if (!IsHex(At(++at))) return -1;
                }
                else if ("\"\\/bfnrt".IndexOf(escape) < 0) return -1;
            }
            return -1;
        }

        int Number(int at)
        {
            if (At(at) == '-') at++;
            at = At(at) == '0' ? at + 1 : Digits(at);
            if (At(at) == '.') at = Digits(at + 1);
            if (At(at) != 'e' && At(at) != 'E') return at;
            at++;
            return Digits(At(at) == '+' || At(at) == '-' ? at + 1 : at);
        }

        int Digits(int at)
        {
            if (!IsDigit(At(at))) return -1;
            while (IsDigit(At(at))) at++;
            return at;
        }

        int Word(int at, string word) => string.CompareOrdinal(_text, at, word, 0, word.Length) == 0 ? at + word.Length : -1;

        int Space(int at)
        {
            while (At(at) == ' ' || At(at) == '\t' || At(at) == '\n' || At(at) == '\r') at++;
            return at;
        }

        // A zero marks the end of the text, and any position after a failure.
        char At(int at) => at >= 0 && at < _text.Length ? _text[at] : '\0';

        static bool IsDigit(char c) => c >= '0' && c <= '9';

        static bool IsHex(char c) => IsDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }
}
