using System;
using System.Collections.Generic;
using System.Linq;
using Newtonsoft.Json;

namespace LoraBridge.Bench
{
    /// <summary>Measures the package's Core; started by <c>npm run bench:unity</c> in the root of the repository, after a build.</summary>
    static class Program
    {
        static readonly Dictionary<string, Func<IDictionary<string, double>>> _benchmarks = new Dictionary<string, Func<IDictionary<string, double>>>
        {
            ["encode"] = EncodeBenchmark.Run,
            ["framing"] = FramingBenchmark.Run,
            ["memory"] = MemoryBenchmark.Run,
            ["reconnect"] = ReconnectBenchmark.Run,
            ["close"] = CloseBenchmark.Run,
            ["upload"] = UploadBenchmark.Run,
        };

        /// <summary>Runs the benchmarks that are named, or all, and prints their figures as JSON.</summary>
        static void Main(string[] names)
        {
            var report = new Dictionary<string, IDictionary<string, double>>();
            foreach (var (name, run) in _benchmarks.Select(pair => (pair.Key, pair.Value)))
            {
                if (names.Length > 0 && !names.Contains(name)) continue;
                Console.Error.WriteLine($"  … {name}");
                report[name] = run();
            }
            Console.WriteLine(JsonConvert.SerializeObject(report));
        }
    }
}
