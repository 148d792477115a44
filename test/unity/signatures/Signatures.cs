// Signatures.dll ARGUMENTS.txt: compares what the declared assemblies say of each type and member with what the reference source says.
// The file has one argument a line: `symbol NAME`, `library FILE.dll`, `declared FOLDER`, `others FOLDER` (declarations that the
// declared ones refer to) and `reference FOLDER`. Prints a line for each difference; exits with 1 if there is any.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

static class Signatures
{
    static int Main(string[] args)
    {
        var lines = File.ReadAllLines(args[0]).Select(line => line.Split(new[] { ' ' }, 2)).ToLookup(parts => parts[0], parts => parts[1]);
        var sources = new Sources(lines["symbol"].ToArray(), lines["library"].ToArray());
        var declared = new Declarations(sources.Compile(lines["declared"], lines["others"]), lines["declared"]);
        var reference = new Declarations(sources.Compile(lines["reference"], Enumerable.Empty<string>()), lines["reference"]);
        var comparison = new Comparison(declared, reference);
        foreach (var difference in comparison.Differences) Console.WriteLine(difference);
        Console.WriteLine($"{comparison.Types} types and {comparison.Members} members compared, {comparison.Differences.Count} differences");
        return comparison.Differences.Count == 0 ? 0 : 1;
    }
}
