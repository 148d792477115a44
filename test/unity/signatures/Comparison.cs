using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

/// <summary>Looks up every declared type and member in a reference, and compares what is said of it.</summary>
sealed class Comparison
{
    readonly List<string> _differences = new List<string>();

    /// <summary>How many declared types the reference has.</summary>
    public int Types { get; private set; }

    /// <summary>How many declared members the reference has.</summary>
    public int Members { get; private set; }

    /// <summary>A line for each thing that is declared otherwise than it is.</summary>
    public IReadOnlyList<string> Differences => _differences;

    public Comparison(Declarations declared, Declarations reference)
    {
        foreach (var pair in declared.Types.OrderBy(pair => pair.Key, System.StringComparer.Ordinal))
        {
            var isHidden = Facts.Visibility(pair.Value) == Facts.Hidden;
            if (!reference.Types.TryGetValue(pair.Key, out var real))
            {
                // Members that are not visible are helpers of the declarations.
                if (!isHidden) Add(pair.Value, pair.Key, "is not in the reference");
                continue;
            }
            Types++;
            Compare(pair.Value, pair.Key, Facts.Of(pair.Value), Facts.Of(real));
            CompareInterfaces(pair.Value, pair.Key, real);
            // Otherwise every member would count as hidden as its type.
            if (Facts.Visibility(pair.Value) != Facts.Visibility(real)) continue;
            foreach (var member in MembersOf(pair.Value)) CompareMember(member, $"{pair.Key}.{Facts.Key(member)}", real);
        }
    }

    void CompareMember(ISymbol member, string name, INamedTypeSymbol real)
    {
        var isHidden = Facts.Visibility(member) == Facts.Hidden;
        var found = Find(member, real);
        if (found == null)
        {
            if (!isHidden) Add(member, name, "is not in the reference" + Namesakes(member, real));
            return;
        }
        if (isHidden && Facts.Visibility(found) == Facts.Hidden) return;
        Members++;
        Compare(member, name, Facts.Of(member), Facts.Of(found));
    }

    /// <summary>The member of the reference, or of a base class where it is one that is overridden.</summary>
    static ISymbol Find(ISymbol member, INamedTypeSymbol type)
    {
        var key = Facts.Key(member);
        var found = MembersOf(type).FirstOrDefault(other => Facts.Key(other) == key);
        return found == null && member.IsOverride && type.BaseType != null ? Find(member, type.BaseType) : found;
    }

    static string Namesakes(ISymbol member, INamedTypeSymbol real)
    {
        var namesakes = MembersOf(real).Where(other => other.Name == member.Name && Facts.Visibility(other) != Facts.Hidden).Select(Facts.Key).ToArray();
        return namesakes.Length == 0 ? "" : $", which has {string.Join(" and ", namesakes)}";
    }

    // A struct has its empty constructor whatever is declared, a delegate its own members, a property its accessors.
    static IEnumerable<ISymbol> MembersOf(INamedTypeSymbol type)
      => type.TypeKind == TypeKind.Delegate ? Enumerable.Empty<ISymbol>() : type.GetMembers().Where(member => member switch
      {
          INamedTypeSymbol => false,
          IMethodSymbol { MethodKind: MethodKind.Constructor } made => type.TypeKind == TypeKind.Class || made.Parameters.Length > 0,
          IMethodSymbol method => method.MethodKind is MethodKind.Ordinary or MethodKind.UserDefinedOperator or MethodKind.Conversion,
          _ => !member.IsImplicitlyDeclared,
      });

    void Compare(ISymbol symbol, string name, Dictionary<string, string> said, Dictionary<string, string> real)
    {
        foreach (var fact in said)
        {
            var other = real.TryGetValue(fact.Key, out var value) ? value : "none";
            // An accessor that is not declared says nothing of the real one.
            if (fact.Value == other || fact.Key is "getter" or "setter" && fact.Value == Facts.Hidden) continue;
            Add(symbol, name, $"{fact.Key}: declared {fact.Value}, in truth {other}");
        }
    }

    void CompareInterfaces(INamedTypeSymbol declared, string name, INamedTypeSymbol real)
    {
        var names = new HashSet<string>(real.AllInterfaces.Select(Facts.Name));
        foreach (var item in declared.Interfaces.Select(Facts.Name).Where(item => !names.Contains(item)))
            Add(declared, name, $"interface: declared {item}, which it does not have");
    }

    void Add(ISymbol symbol, string name, string what)
    {
        var place = symbol.Locations[0].GetLineSpan();
        _differences.Add($"{place.Path}:{place.StartLinePosition.Line + 1}: {name}: {what}");
    }
}
