using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public class Debug
    {
        /// <summary>What the console would show.</summary>
        internal static readonly List<string> Console = new List<string>();

        public static void Log(object message) => Console.Add($"log: {message}");
        public static void LogWarning(object message) => Console.Add($"warning: {message}");
        public static void LogError(object message) => Console.Add($"error: {message}");
        public static void LogException(Exception exception) => Console.Add($"exception: {exception}");
    }
}
