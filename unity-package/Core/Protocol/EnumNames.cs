#nullable enable
using System;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.Serialization;

namespace LoraBridge.Core.Protocol
{
    /// <summary>The names that an enumeration's values have in JSON.</summary>
    internal static class EnumNames<T> where T : struct, Enum
    {
        static readonly Dictionary<string, T> Values = new Dictionary<string, T>();
        static readonly Dictionary<T, string> Names = new Dictionary<T, string>();

        static EnumNames()
        {
            foreach (var field in typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                var name = field.GetCustomAttribute<EnumMemberAttribute>()!.Value!;
                var value = (T)field.GetValue(null)!;
                Values.Add(name, value);
                Names.Add(value, name);
            }
        }

        public static bool TryRead(string name, out T value) => Values.TryGetValue(name, out value);

        public static string Of(T value) => Names[value];
    }
}
