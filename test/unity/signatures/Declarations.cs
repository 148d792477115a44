using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

/// <summary>The types that a compilation declares in some folders, by their full name. Parts of a type are one type.</summary>
sealed class Declarations
{
    static readonly SymbolDisplayFormat FullName = new SymbolDisplayFormat
      (typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>Every type, nested ones too.</summary>
    public IReadOnlyDictionary<string, INamedTypeSymbol> Types { get; }

    public Declarations(CSharpCompilation compilation, IEnumerable<string> folders)
    {
        var places = folders.ToArray();
        Types = Below(compilation.Assembly.GlobalNamespace)
            .Where(type => type.Locations.Any(place => places.Any(folder => place.SourceTree?.FilePath.StartsWith(folder) == true)))
            .GroupBy(NameOf).ToDictionary(group => group.Key, group => group.First());
    }

    static string NameOf(INamedTypeSymbol type) => type.ToDisplayString(FullName) + (type.Arity > 0 ? "`" + type.Arity : "");

    static IEnumerable<INamedTypeSymbol> Below(INamespaceOrTypeSymbol place)
      => place.GetMembers().OfType<INamespaceOrTypeSymbol>()
          .SelectMany(member => member is INamedTypeSymbol type ? Below(type).Prepend(type) : Below(member));
}
