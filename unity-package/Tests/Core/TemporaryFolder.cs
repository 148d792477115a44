using System;
using System.IO;

namespace LoraBridge.Core.Tests
{
    /// <summary>A folder that is gone after the test.</summary>
    public sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; }

        public TemporaryFolder()
        {
            Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "lora-bridge-" + Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(Path);
        }

        public string At(params string[] parts) => System.IO.Path.Combine(Path, System.IO.Path.Combine(parts));

        public void Dispose() => Directory.Delete(Path, true);
    }
}
