// NetStandardCheck.dll netstandard.dll A.dll ... lists the types of the class library that assemblies use although .NET Standard
// does not have them. netstandard.dll is .NET's facade: it forwards exactly the public types of the standard.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

static class NetStandardCheck
{
    static int Main(string[] args)
    {
        var library = Path.GetDirectoryName(Path.GetFullPath(args[0]));
        using var facade = new PEReader(File.OpenRead(args[0]));
        var standard = facade.GetMetadataReader();
        var allowed = new HashSet<string>(standard.ExportedTypes.Select(standard.GetExportedType)
            .Select(type => FullName(standard, type.Namespace, type.Name)));
        var complaints = args.Skip(1).SelectMany(file => Strangers(file, library, allowed)).ToList();
        complaints.ForEach(Console.WriteLine);
        return complaints.Count == 0 ? 0 : 1;
    }

    static IEnumerable<string> Strangers(string file, string library, HashSet<string> allowed)
    {
        using var assembly = new PEReader(File.OpenRead(file));
        var reader = assembly.GetMetadataReader();
        foreach (var type in reader.TypeReferences.Select(reader.GetTypeReference))
        {
            if (type.ResolutionScope.Kind != HandleKind.AssemblyReference) continue;
            var home = reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope);
            // A name that .NET's own library has; not Newtonsoft.Json, not UnityEngine.
            if (!File.Exists(Path.Combine(library, reader.GetString(home.Name) + ".dll"))) continue;
            var name = FullName(reader, type.Namespace, type.Name);
            if (!allowed.Contains(name)) yield return $"{file}: error: {name} is not in .NET Standard 2.1";
        }
    }

    static string FullName(MetadataReader reader, StringHandle space, StringHandle name)
      => reader.GetString(space) + "." + reader.GetString(name);
}
