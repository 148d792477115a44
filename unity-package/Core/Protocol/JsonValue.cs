#nullable enable
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics;
using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace LoraBridge.Core.Protocol
{
    /// <summary>
    /// A JSON value that is read without conversions, by the same rules as the daemon's zod schemas. Every method throws
    /// <c>input.message.invalid</c> with the path of the value.
    /// </summary>
    internal readonly struct JsonValue
    {
        // The numbers that JavaScript can count with.
        const long MaxInteger = 9007199254740991;

        readonly JToken _token;
        readonly string _path;

        JsonValue(JToken token, string path)
        {
            _token = token;
            _path = path;
        }

        /// <summary>Reads a text. Throws <c>protocol.frame.malformed</c> when it is not JSON.</summary>
        public static JsonValue Parse(string text)
        {
            if (!JsonGrammar.Accepts(text)) throw NoJson(null);
            // Dates stay the strings that they are.
            using var reader = new JsonTextReader(new StringReader(text)) { DateParseHandling = DateParseHandling.None };
            try
            {
                return new JsonValue(JToken.Load(reader), "");
            }
            catch (JsonReaderException error)
            {
                // A number that no double can hold.
                throw NoJson(error);
            }
        }

        /// <summary>The object's fields; with <paramref name="known"/>, all others are refused.</summary>
        public JsonFields Fields(params string[] known)
        {
            if (!(_token is JObject json)) throw Refuse("is not an object");
            if (known.Length == 0) return new JsonFields(json, _path);
            foreach (var property in json.Properties())
                if (Array.IndexOf(known, property.Name) < 0) throw Refuse($"has the unknown field {property.Name}");
            return new JsonFields(json, _path);
        }

        /// <summary>A string of so many UTF-16 units.</summary>
        public string Text(int min = 0, int max = int.MaxValue, Regex? pattern = null)
        {
            if (_token.Type != JTokenType.String) throw Refuse("is not a string");
            var text = (string)_token!;
            if (text.Length < min || text.Length > max) throw Refuse($"has {text.Length} characters");
            if (pattern != null && !pattern.IsMatch(text)) throw Refuse("does not have the required form");
            return text;
        }

        /// <summary>The string <paramref name="text"/> and no other.</summary>
        public string Literal(string text)
        {
            if (Text() != text) throw Refuse($"is not {text}");
            return text;
        }

        /// <summary>An absolute URL of the scheme http.</summary>
        public string HttpUrl()
        {
            var text = Text();
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != "http") throw Refuse("is not an http URL");
            return text;
        }

        /// <summary>A number without a fraction.</summary>
        public long Integer(long min = -MaxInteger, long max = MaxInteger, long multipleOf = 1)
        {
            var number = Number();
            if (number != Math.Floor(number)) throw Refuse("is not an integer");
            if (number < min || number > max) throw Refuse("is out of range");
            var integer = (long)number;
            if (integer % multipleOf != 0) throw Refuse($"is not a multiple of {multipleOf}");
            return integer;
        }

        /// <summary>A finite number.</summary>
        public double Number(double min = double.MinValue, double max = double.MaxValue, double above = double.NegativeInfinity)
        {
            if (_token.Type != JTokenType.Integer && _token.Type != JTokenType.Float) throw Refuse("is not a number");
            var value = ((JValue)_token).Value;
            var number = value is BigInteger big ? (double)big : Convert.ToDouble(value, CultureInfo.InvariantCulture);
            if (double.IsNaN(number) || number < min || number > max || number <= above) throw Refuse("is out of range");
            return number;
        }

        /// <summary>The value as read by <paramref name="read"/>.</summary>
        public T As<T>(Func<JsonValue, T> read) => read(this);

        /// <summary>True or false.</summary>
        public bool Flag()
        {
            if (_token.Type != JTokenType.Boolean) throw Refuse("is neither true nor false");
            return (bool)_token;
        }

        /// <summary>One of an enumeration's values; with <paramref name="allowed"/>, one of these.</summary>
        public T Choice<T>(params T[] allowed) where T : struct, Enum
        {
            if (!EnumNames<T>.TryRead(Text(), out var value) || allowed.Length > 0 && Array.IndexOf(allowed, value) < 0)
                throw Refuse("is not one of the possible values");
            return value;
        }

        /// <summary>An array of so many entries.</summary>
        public List<T> List<T>(Func<JsonValue, T> read, int min = 0, int max = int.MaxValue)
        {
            if (!(_token is JArray array)) throw Refuse("is not an array");
            if (array.Count < min || array.Count > max) throw Refuse($"has {array.Count} entries");
            var path = _path;
            return array.Select((item, i) => read(new JsonValue(item, $"{path}[{i}]"))).ToList();
        }

        /// <summary>An object of at most so many fields of free names.</summary>
        public Dictionary<string, T> Map<T>(Func<JsonValue, T> read, Regex? names = null, int max = int.MaxValue)
        {
            if (!(_token is JObject json)) throw Refuse("is not an object");
            if (json.Count > max) throw Refuse($"has {json.Count} entries");
            var map = new Dictionary<string, T>();
            foreach (var property in json.Properties())
            {
                if (names != null && !names.IsMatch(property.Name)) throw Refuse($"has an entry of the wrong name {property.Name}");
                map[property.Name] = read(At(property.Value, property.Name));
            }
            return map;
        }

        static LoraBridgeException NoJson(Exception? cause)
            => new LoraBridgeException("protocol.frame.malformed", "A message is not JSON.", cause: cause);

        LoraBridgeException Refuse(string what)
            => new LoraBridgeException("input.message.invalid", $"{(_path == "" ? "The message" : _path)} {what}.");

        JsonValue At(JToken token, string name) => new JsonValue(token, _path == "" ? name : $"{_path}.{name}");

        /// <summary>The fields of an object, by name.</summary>
        internal readonly struct JsonFields
        {
            readonly JObject _json;
            readonly string _path;

            internal JsonFields(JObject json, string path)
            {
                _json = json;
                _path = path;
            }

            /// <summary>A field that must be there.</summary>
            public JsonValue this[string name] => Optional(name) ?? throw new JsonValue(_json, _path).Refuse($"lacks the field {name}");

            /// <summary>A field, or null when it is not there.</summary>
            public JsonValue? Optional(string name)
                => _json.TryGetValue(name, out var token) ? new JsonValue(_json, _path).At(token, name) : (JsonValue?)null;
        }
    }
}
