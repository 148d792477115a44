using NUnit.Framework;

namespace LoraBridge.Core.Tests
{
    /// <summary>Tests with a folder each.</summary>
    public abstract class TemporaryFolderFixture
    {
        /// <summary>The test's folder.</summary>
        protected TemporaryFolder Folder { get; private set; }

        [SetUp]
        public void MakeFolder() => Folder = new TemporaryFolder();

        [TearDown]
        public void DeleteFolder() => Folder.Dispose();
    }
}
