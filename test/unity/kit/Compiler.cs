// A C# compiler around the Roslyn libraries: Compiler.exe @A.rsp @B.rsp ... compiles one assembly for each response file, in order.
// The files hold csc options. C# 7, because mcs has to build it.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

static class Compiler
{
    static int Main(string[] responseFiles)
    {
        // One process for all of them: starting Roslyn takes longer than compiling.
        return responseFiles.All(Compile) ? 0 : 1;
    }

    static bool Compile(string responseFile)
    {
        var folder = Directory.GetCurrentDirectory();
        var options = CSharpCommandLineParser.Default.Parse(new[] { responseFile }, folder, null);
        if (!Report(options.Errors)) return false;

        var references = options.MetadataReferences.AsEnumerable()
            .Select(r => MetadataReference.CreateFromFile(Path.Combine(folder, r.Reference), r.Properties));
        var trees = options.SourceFiles.AsEnumerable().AsParallel().AsOrdered().Select(f => Parse(f.Path, options));
        var output = Path.Combine(options.OutputDirectory, options.OutputFileName);
        var compilation = CSharpCompilation.Create
          (Path.GetFileNameWithoutExtension(output), trees, references, options.CompilationOptions);

        using (var assembly = new MemoryStream())
        using (var symbols = new MemoryStream())
        {
            var result = compilation.Emit(assembly, symbols, options: options.EmitOptions);
            if (!Report(result.Diagnostics)) return false;
            File.WriteAllBytes(output, assembly.ToArray());
            File.WriteAllBytes(Path.ChangeExtension(output, ".pdb"), symbols.ToArray());
        }
        return true;
    }

    static SyntaxTree Parse(string file, CSharpCommandLineArguments options)
    {
        var text = SourceText.From(File.ReadAllText(file), Encoding.UTF8);
        return CSharpSyntaxTree.ParseText(text, options.ParseOptions, file);
    }

    static bool Report(IEnumerable<Diagnostic> diagnostics)
    {
        var shown = diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning && !d.IsSuppressed).ToList();
        foreach (var diagnostic in shown) Console.WriteLine(CSharpDiagnosticFormatter.Instance.Format(diagnostic));
        return shown.All(d => d.Severity < DiagnosticSeverity.Error);
    }
}
