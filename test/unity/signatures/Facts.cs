using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;

/// <summary>What is known of a symbol, each fact by its name: visibility, return type, default values, obsoletion and so on.</summary>
static class Facts
{
    // Namespaces are left out: source whose other half is missing does not show them.
    static readonly SymbolDisplayFormat Short = new SymbolDisplayFormat
      (genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
       typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameOnly, miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    /// <summary>A type as it is written in a signature.</summary>
    public static string Name(ITypeSymbol type) => type.ToDisplayString(Short);

    /// <summary>Name and parameter types: what distinguishes one member from another.</summary>
    public static string Key(ISymbol member)
      => member.Name + (member is IMethodSymbol method && method.Arity > 0 ? "`" + method.Arity : "")
          + (member is IMethodSymbol or IPropertySymbol { IsIndexer: true }
              ? $"({string.Join(", ", Parameters(member).Select(parameter => Passed(parameter) + Name(parameter.Type)))})" : "")
          // Conversions differ in nothing but what they return.
          + (member is IMethodSymbol { MethodKind: MethodKind.Conversion } conversion ? " to " + Name(conversion.ReturnType) : "");

    /// <summary>Facts of a type.</summary>
    public static Dictionary<string, string> Of(INamedTypeSymbol type)
    {
        var facts = Common(type);
        facts["kind"] = type.TypeKind.ToString().ToLowerInvariant();
        if (type.TypeKind == TypeKind.Class)
        {
            facts["sealed"] = Say(type.IsSealed && !type.IsStatic, "sealed");
            facts["abstract"] = Say(type.IsAbstract && !type.IsStatic, "abstract");
            facts["base"] = Name(type.BaseType);
            if (IsAttribute(type)) facts["usage"] = Usage(type);
        }
        if (type.TypeKind == TypeKind.Enum) facts["underlying type"] = Name(type.EnumUnderlyingType);
        if (type.DelegateInvokeMethod is IMethodSymbol invoke)
        {
            facts["returns"] = Name(invoke.ReturnType);
            facts["parameters"] = ParameterList(invoke);
        }
        facts["type parameters"] = TypeParameters(type.TypeParameters);
        return facts;
    }

    /// <summary>Facts of a member.</summary>
    public static Dictionary<string, string> Of(ISymbol member)
    {
        var facts = Common(member);
        facts["kind"] = member.Kind.ToString().ToLowerInvariant();
        var isOpen = !member.IsSealed && !member.ContainingType.IsSealed;
        facts["overridable"] = Say((member.IsVirtual || member.IsAbstract || member.IsOverride) && isOpen, "overridable");
        facts["abstract"] = Say(member.IsAbstract, "abstract");
        switch (member)
        {
            case IMethodSymbol method:
                facts["returns"] = RefOf(method.RefKind) + Name(method.ReturnType);
                facts["parameters"] = ParameterList(method);
                facts["type parameters"] = TypeParameters(method.TypeParameters);
                break;
            case IPropertySymbol property:
                facts["returns"] = RefOf(property.RefKind) + Name(property.Type);
                facts["getter"] = property.GetMethod is IMethodSymbol getter ? Visibility(getter) : Hidden;
                facts["setter"] = property.SetMethod is IMethodSymbol setter ? Visibility(setter) : Hidden;
                break;
            case IFieldSymbol field:
                facts["returns"] = Name(field.Type);
                facts["value"] = field.HasConstantValue ? Value(field.ConstantValue) : "not constant";
                facts["readonly"] = Say(field.IsReadOnly, "readonly");
                break;
            case IEventSymbol declared:
                facts["returns"] = Name(declared.Type);
                break;
        }
        return facts;
    }

    /// <summary>The visibility of members that are not visible outside their assembly.</summary>
    public const string Hidden = "internal";

    /// <summary>What code outside the assembly sees: <c>public</c>, <c>protected</c> or <see cref="Hidden"/>, containing types counted in.</summary>
    public static string Visibility(ISymbol symbol)
    {
        var seen = "public";
        for (; symbol != null && symbol.Kind != SymbolKind.Namespace; symbol = symbol.ContainingSymbol)
            switch (symbol.DeclaredAccessibility)
            {
                case Accessibility.Public: break;
                case Accessibility.Protected: case Accessibility.ProtectedOrInternal: seen = "protected"; break;
                default: return Hidden;
            }
        return seen;
    }

    static Dictionary<string, string> Common(ISymbol symbol) => new Dictionary<string, string>
    {
        ["visibility"] = Visibility(symbol),
        ["static"] = Say(symbol.IsStatic, "static"),
        ["obsolete"] = Obsolete(symbol),
    };

    static string Obsolete(ISymbol symbol)
    {
        var attribute = symbol.GetAttributes().FirstOrDefault(item => item.AttributeClass?.Name == "ObsoleteAttribute");
        if (attribute == null) return "not obsolete";
        var values = attribute.ConstructorArguments;
        return $"obsolete {(values.Length > 1 && true.Equals(values[1].Value) ? "error" : "warning")} \"{(values.Length > 0 ? values[0].Value : "")}\"";
    }

    static bool IsAttribute(INamedTypeSymbol type) => type.Name.EndsWith("Attribute") || type.BaseType?.Name.EndsWith("Attribute") == true;

    static string Usage(INamedTypeSymbol type)
      => type.GetAttributes().FirstOrDefault(item => item.AttributeClass?.Name == "AttributeUsageAttribute") is AttributeData usage
          ? string.Join(", ", usage.ConstructorArguments.Select(value => value.Value).Concat(usage.NamedArguments
              .Where(pair => !false.Equals(pair.Value.Value) || pair.Key == "Inherited").OrderBy(pair => pair.Key).Select(pair => (object)$"{pair.Key} = {pair.Value.Value}")))
          : "anywhere";

    static IEnumerable<IParameterSymbol> Parameters(ISymbol member)
      => member is IMethodSymbol method ? method.Parameters : member is IPropertySymbol property ? property.Parameters : Enumerable.Empty<IParameterSymbol>();

    static string ParameterList(IMethodSymbol method) => string.Join(", ", method.Parameters.Select(parameter =>
        (method.IsExtensionMethod && parameter.Ordinal == 0 ? "this " : "") + (parameter.IsParams ? "params " : "") + Passed(parameter) + Name(parameter.Type) + " " + parameter.Name
            + (parameter.HasExplicitDefaultValue ? " = " + Value(parameter.ExplicitDefaultValue) : "")));

    static string Passed(IParameterSymbol parameter) => RefOf(parameter.RefKind);

    static string RefOf(RefKind kind) => kind == RefKind.None ? "" : kind == RefKind.RefReadOnly ? "in " : kind.ToString().ToLowerInvariant() + " ";

    static string TypeParameters(IEnumerable<ITypeParameterSymbol> parameters) => string.Join(", ", parameters.Select(parameter => string.Join(" ",
        new[]
        {
            parameter.Variance == VarianceKind.In ? "in" : parameter.Variance == VarianceKind.Out ? "out" : "", parameter.Name,
            parameter.HasReferenceTypeConstraint ? "class" : "", parameter.HasValueTypeConstraint ? "struct" : "",
            parameter.HasConstructorConstraint ? "new()" : "",
        }.Concat(parameter.ConstraintTypes.Select(Name)).Where(part => part.Length > 0))));

    static string Value(object value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        _ => System.Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    static string Say(bool holds, string word) => holds ? word : "not " + word;
}
