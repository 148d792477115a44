#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using Newtonsoft.Json.Linq;

namespace LoraBridge.Core.Protocol
{
    /// <summary>Fills a JSON object. What is null is left out.</summary>
    internal readonly struct JsonFieldWriter
    {
        readonly JObject _json;

        public JsonFieldWriter(JObject json) => _json = json;

        public void Add(string name, string? value)
        {
            if (value != null) _json.Add(name, value);
        }

        public void Add(string name, long? value)
        {
            if (value != null) _json.Add(name, value);
        }

        public void Add(string name, bool? value)
        {
            if (value != null) _json.Add(name, value);
        }

        public void Add(string name, double? value)
        {
            if (value is double number) _json.Add(name, Number(number));
        }

        public void Add(string name, ProtocolObject? value)
        {
            if (value != null) _json.Add(name, value.ToJObject());
        }

        public void Choice<T>(string name, T? value) where T : struct, Enum
        {
            if (value is T choice) _json.Add(name, EnumNames<T>.Of(choice));
        }

        public void List<T>(string name, List<T>? values, Func<T, JToken> write)
        {
            if (values != null) _json.Add(name, new JArray(values.Select(value => write(value))));
        }

        public void Map<T>(string name, Dictionary<string, T>? values, Func<T, JToken> write)
        {
            if (values != null) _json.Add(name, new JObject(values.Select(pair => new JProperty(pair.Key, write(pair.Value)))));
        }

        /// <summary>A number as JavaScript writes it: 12, not 12.0.</summary>
        public static JValue Number(double value)
            => Math.Abs(value) < 1e15 && value == Math.Floor(value) ? new JValue((long)value) : new JValue(value);

        public static JValue Choice<T>(T value) where T : struct, Enum => new JValue(EnumNames<T>.Of(value));
    }
}
