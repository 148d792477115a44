using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using LoraBridge.Editor.Bridge;
using NUnit.Framework;

namespace LoraBridge.DeclaredUnity.Tests
{
    /// <summary>
    /// Keeps the package's list of the Unity APIs that it uses true: it is read from what the compiled package refers to. With
    /// LORA_BRIDGE_WRITE_LIST set it is written (<c>npm run unity-apis</c>).
    /// </summary>
    sealed class ApiListTests
    {
        const string File = "unity-package/Documentation~/unity-apis.md";
        const int MemberReferences = 0x0a000001, TypeReferences = 0x01000001;

        [Test]
        public void TheDocumentedApisAreThoseThatAreUsed()
        {
            var list = Write(Members(typeof(LoraBridgeEditor).Module));
            if (Environment.GetEnvironmentVariable("LORA_BRIDGE_WRITE_LIST") != null) System.IO.File.WriteAllText(File, list);
            Assert.That(System.IO.File.ReadAllText(File), Is.EqualTo(list), "Run `npm run unity-apis`.");
        }

        /// <summary>By type: the members that are used, and types of which none is (attributes, enumerations, base classes).</summary>
        static SortedDictionary<string, SortedSet<string>> Members(Module module)
        {
            var types = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
            SortedSet<string> Of(Type type)
            {
                var name = NameOf(type);
                return types.TryGetValue(name, out var members) ? members : types[name] = new SortedSet<string>(StringComparer.Ordinal);
            }
            foreach (var type in Rows(TypeReferences, token => module.ResolveType(token)))
                if (IsUnitys(type)) Of(type);
            foreach (var member in Rows(MemberReferences, token => module.ResolveMember(token, typeof(List<>).GetGenericArguments(), null)))
                if (member.DeclaringType is Type type && IsUnitys(type)) Of(type).Add(NameOf(member));
            return types;
        }

        // Rows of a metadata table, from the first on.
        static IEnumerable<T> Rows<T>(int first, Func<int, T> resolve) where T : class
        {
            for (var token = first; ; token++)
            {
                T row;
                try
                {
                    row = resolve(token);
                }
                catch (ArgumentOutOfRangeException)
                {
                    yield break;
                }
                yield return row;
            }
        }

        static bool IsUnitys(Type type) => type.Assembly.GetName().Name == "UnityEngine" || type.Assembly.GetName().Name == "UnityEditor";

        static string NameOf(Type type)
        {
            var name = type.IsGenericType ? type.GetGenericTypeDefinition().FullName : type.FullName;
            return name.Split('`')[0].Replace('+', '.');
        }

        static string NameOf(MemberInfo member)
        {
            var name = member.Name;
            if (name == ".ctor") return "constructor";
            foreach (var prefix in new[] { "get_", "set_", "add_", "remove_" })
                if (name.StartsWith(prefix, StringComparison.Ordinal)) return name.Substring(prefix.Length);
            return name.StartsWith("op_", StringComparison.Ordinal) ? "operator " + name.Substring(3) : name;
        }

        static string Write(SortedDictionary<string, SortedSet<string>> types)
        {
            var lines = new List<string>
            {
                "# Unity APIs that the package uses", "",
                "Read from the compiled package by `npm run unity-apis`; do not edit. Each is declared with the signature that Unity 2022.3 and",
                "6000.0 give it. What URP and HDRP add where they are installed is listed in [the manual](index.md).", "",
                "| type | members |", "|---|---|",
            };
            lines.AddRange(types.Select(type => $"| `{type.Key}` | {string.Join(", ", type.Value.Select(member => $"`{member}`"))} |"));
            return string.Join("\n", lines) + "\n";
        }
    }
}
