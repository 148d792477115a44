using System.IO;
using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace LoraBridge.Core.Tests
{
    /// <summary>The working copy that these tests were compiled from.</summary>
    public static class Repository
    {
        /// <summary>Its root: the folder above <c>unity-package</c>.</summary>
        public static string Root { get; } = FindRoot();

        /// <summary>A path below the root.</summary>
        public static string At(params string[] parts) => Path.Combine(Root, Path.Combine(parts));

        static string FindRoot([CallerFilePath] string source = "")
        {
            for (var folder = Path.GetDirectoryName(source); folder != null; folder = Path.GetDirectoryName(folder))
                if (File.Exists(Path.Combine(folder, "protocol", "vectors", "index.json"))) return folder;
            throw new InconclusiveException("These tests need the whole repository, not the package alone.");
        }
    }
}
