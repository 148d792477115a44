using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

/// <summary>
/// Makes symbols of source files. Nothing is compiled to an end, so that source of which parts are missing, as published source
/// often is, shows all that it holds.
/// </summary>
sealed class Sources
{
    // What a package folder holds besides the package.
    static readonly string[] Others = { "Tests", "Tests.PlayMode", "Samples~", "Tests~" };

    readonly CSharpParseOptions _options;
    readonly MetadataReference[] _library;

    public Sources(string[] symbols, string[] library)
    {
        _options = new CSharpParseOptions(LanguageVersion.Preview, preprocessorSymbols: symbols);
        _library = library.Select(file => (MetadataReference)MetadataReference.CreateFromFile(file)).ToArray();
    }

    /// <summary>The files below the folders, as one assembly.</summary>
    public CSharpCompilation Compile(IEnumerable<string> folders, IEnumerable<string> others)
    {
        var files = folders.Concat(others).SelectMany(FilesBelow).Distinct().ToList();
        var trees = files.AsParallel().AsOrdered().Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), _options, file)).ToList();
        return CSharpCompilation.Create("Sources", trees, _library, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }

    static IEnumerable<string> FilesBelow(string folder)
      => Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).OrderBy(file => file, StringComparer.Ordinal)
          .Where(file => !file.Substring(folder.Length).Split('/', '\\').Any(Others.Contains));
}
