using System;
using System.Collections.Generic;
using System.Diagnostics;
using LoraBridge.Core.Pictures;

namespace LoraBridge.Bench
{
    /// <summary>
    /// Milliseconds for matting and encoding one shot of 1024 × 1024 pixels, on one thread: medians of many by the clock, and the mean
    /// of the processor's time, which does not count what other programs take.
    /// </summary>
    static class EncodeBenchmark
    {
        const int Warmup = 5;
        const int Rounds = 25;

        public static IDictionary<string, double> Run()
        {
            var figures = new Dictionary<string, double>();
            foreach (var supersampling in new[] { 1, 2 })
            {
                using (var godette = SamplePasses.Godette(supersampling)) Measure("godette", godette, supersampling, figures);
                using (var grain = SamplePasses.Grain(supersampling)) Measure("grain", grain, supersampling, figures);
            }
            return figures;
        }

        static void Measure(string what, RenderedPasses passes, int supersampling, IDictionary<string, double> figures)
        {
            var rgba = new byte[SamplePasses.Edge * SamplePasses.Edge * 4];
            var (matting, encoding, both) = (new List<double>(), new List<double>(), new List<double>());
            var bytes = 0;
            var before = TimeSpan.Zero;
            for (var round = 0; round < Warmup + Rounds; round++)
            {
                if (round == Warmup) before = Process.GetCurrentProcess().TotalProcessorTime;
                var time = Stopwatch.StartNew();
                Matting.Matte(passes, supersampling, rgba);
                var matted = time.Elapsed.TotalMilliseconds;
                bytes = PngEncoder.Encode(rgba, SamplePasses.Edge, SamplePasses.Edge).Length;
                var done = time.Elapsed.TotalMilliseconds;
                if (round < Warmup) continue;
                matting.Add(matted);
                encoding.Add(done - matted);
                both.Add(done);
            }
            var processor = Process.GetCurrentProcess().TotalProcessorTime - before;
            var name = $"{what} ×{supersampling}";
            figures[name + " processor ms"] = processor.TotalMilliseconds / Rounds;
            figures[name + " matting ms"] = Median(matting);
            figures[name + " encoding ms"] = Median(encoding);
            figures[name + " ms"] = Median(both);
            figures[name + " kB"] = bytes / 1000.0;
        }

        static double Median(List<double> values)
        {
            values.Sort();
            return values[values.Count / 2];
        }
    }
}
