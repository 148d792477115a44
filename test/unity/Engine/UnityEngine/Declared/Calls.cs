using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("UnityEditor")]
[assembly: InternalsVisibleTo("DeclaredUnity")]

namespace DeclaredUnity
{
    /// <summary>Calls into the declared engine, and the objects it holds: for tests, through the assembly DeclaredUnity.</summary>
    static class Calls
    {
        /// <summary>Every call since the last <see cref="Clear"/>, in order, such as <c>Camera.Render</c>.</summary>
        public static readonly List<string> Made = new List<string>();

        /// <summary>Called before each call into the engine; may throw instead of it.</summary>
        public static Action<string> Hook;

        /// <summary>Objects that exist: what a script has to destroy.</summary>
        public static readonly HashSet<object> Alive = new HashSet<object>();

        /// <summary>Notes a call. One that releases something notes it afterwards: if it throws, it has released it all the same.</summary>
        public static void Note(string call)
        {
            Made.Add(call);
            Hook?.Invoke(call);
        }

        public static void Clear()
        {
            Made.Clear();
            Alive.Clear();
            Hook = null;
        }
    }
}
