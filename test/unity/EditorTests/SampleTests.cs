using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using NUnit.Framework;

namespace LoraBridge.DeclaredUnity.Tests
{
    /// <summary>What a person imports must not break the project's own build. That it compiles, the build of these tests shows.</summary>
    sealed class SampleTests
    {
        const string Samples = "unity-package/Samples~";

        [Test]
        public void NoSampleComesIntoAPlayersBuild()
        {
            var sources = Directory.GetFiles(Samples, "*.cs", SearchOption.AllDirectories);
            Assert.That(sources, Is.Not.Empty);
            foreach (var source in sources)
            {
                Assert.That(Path.GetFileName(Path.GetDirectoryName(source)), Is.EqualTo("Editor"), source);
                var assembly = Directory.GetFiles(Path.GetDirectoryName(source), "*.asmdef").Single();
                Assert.That((string)JObject.Parse(File.ReadAllText(assembly))["includePlatforms"].Single(), Is.EqualTo("Editor"), assembly);
            }
        }

        [Test]
        public void EveryShellScriptHasATwinForWindowsWithTheSameArguments()
        {
            var scripts = Directory.GetFiles(Samples, "*.sh", SearchOption.AllDirectories);
            Assert.That(scripts, Is.Not.Empty);
            foreach (var script in scripts) Assert.That(Options(Path.ChangeExtension(script, ".cmd")), Is.EqualTo(Options(script)));
        }

        static string[] Options(string script)
          => Regex.Matches(File.ReadAllText(script), @" (-[a-z][A-Za-z]+)(?= |$)", RegexOptions.Multiline).Cast<Match>()
              .Select(match => match.Groups[1].Value).Where(option => option != "-nographics" && option != "-euo").ToArray();
    }
}
