// Signatures.dll SYMBOLS DECLARED REFERENCE...: compares the public members that the .cs files below DECLARED declare with those below
// the REFERENCE folders, by type, name, parameters and accessors. Prints what the reference does not have; exits with 1 if there is any.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

static class Signatures
{
    static int Main(string[] args)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest, preprocessorSymbols: args[0].Split(';'));
        var declared = Read(args.Skip(1).Take(1), options, isPublicOnly: true);
        var reference = Read(args.Skip(2), options, isPublicOnly: false);
        var (same, other) = (0, 0);
        foreach (var type in declared.Where(type => !type.Key.StartsWith("DeclaredUnity.")).OrderBy(type => type.Key))
        {
            reference.TryGetValue(type.Key, out var real);
            foreach (var member in type.Value)
                if (real != null && real.Contains(member)) same++;
                else
                {
                    other++;
                    Console.WriteLine($"{type.Key}: {member} is not in the reference{(real == null ? ", nor is the type" : "")}.");
                }
        }
        Console.WriteLine($"{same} members agree, {other} do not");
        return other == 0 ? 0 : 1;
    }

    /// <summary>Members of every type, those of its parts together. A base class or interface counts as a member.</summary>
    static Dictionary<string, HashSet<string>> Read(IEnumerable<string> folders, CSharpParseOptions options, bool isPublicOnly)
    {
        var types = new Dictionary<string, HashSet<string>>();
        var roots = folders.SelectMany(folder => Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)).AsParallel()
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options).GetRoot()).ToList();
        foreach (var node in roots.SelectMany(root => root.DescendantNodes()).OfType<MemberDeclarationSyntax>())
        {
            if (!(node is BaseTypeDeclarationSyntax || node is DelegateDeclarationSyntax)) continue;
            if (isPublicOnly && !IsVisible(node)) continue;
            if (!types.TryGetValue(FullName(node), out var members)) types[FullName(node)] = members = new HashSet<string>();
            members.UnionWith(MembersOf(node));
        }
        return types;
    }

    static IEnumerable<string> MembersOf(MemberDeclarationSyntax type)
    {
        switch (type)
        {
            case DelegateDeclarationSyntax made: return new[] { $"{Name(made.ReturnType)} {Parameters(made.ParameterList)}" };
            case EnumDeclarationSyntax made: return made.Members.Select(member => member.Identifier.Text);
            case TypeDeclarationSyntax made:
                var bases = made.BaseList?.Types.Select(item => "base " + Name(item.Type)) ?? Enumerable.Empty<string>();
                return bases.Concat(made.Members.Where(IsVisible).SelectMany(SignaturesOf));
            default: return Enumerable.Empty<string>();
        }
    }

    static IEnumerable<string> SignaturesOf(MemberDeclarationSyntax member)
    {
        var kind = member.Modifiers.Any(SyntaxKind.ConstKeyword) ? "const " : member.Modifiers.Any(SyntaxKind.StaticKeyword) ? "static " : "";
        switch (member)
        {
            case MethodDeclarationSyntax method:
                var arity = method.TypeParameterList == null ? "" : "`" + method.TypeParameterList.Parameters.Count;
                return new[] { $"{kind}{Name(method.ReturnType)} {method.Identifier.Text}{arity}{Parameters(method.ParameterList)}" };
            // A class without a constructor has a public one that nobody writes down.
            case ConstructorDeclarationSyntax made when made.ParameterList.Parameters.Count > 0: return new[] { "new" + Parameters(made.ParameterList) };
            case PropertyDeclarationSyntax property:
                return Accessors($"{kind}{Name(property.Type)} {property.Identifier.Text}", property.AccessorList);
            case IndexerDeclarationSyntax indexer: return Accessors($"{Name(indexer.Type)} this", indexer.AccessorList);
            case FieldDeclarationSyntax field:
                return field.Declaration.Variables.Select(variable => $"{kind}{Name(field.Declaration.Type)} {variable.Identifier.Text}");
            case EventFieldDeclarationSyntax field:
                return field.Declaration.Variables.Select(variable => $"event {kind}{Name(field.Declaration.Type)} {variable.Identifier.Text}");
            case EventDeclarationSyntax made: return new[] { $"event {kind}{Name(made.Type)} {made.Identifier.Text}" };
            case OperatorDeclarationSyntax made: return new[] { $"operator {Name(made.ReturnType)} {made.OperatorToken.Text}{Parameters(made.ParameterList)}" };
            case ConversionOperatorDeclarationSyntax made: return new[] { $"{made.ImplicitOrExplicitKeyword.Text} {Name(made.Type)}{Parameters(made.ParameterList)}" };
            default: return Enumerable.Empty<string>();
        }
    }

    static IEnumerable<string> Accessors(string property, AccessorListSyntax accessors)
      => accessors == null
           ? new[] { property + " get" }
           : accessors.Accessors
               .Where(accessor => !accessor.Modifiers.Any(SyntaxKind.PrivateKeyword))
               .Where(accessor => !accessor.Modifiers.Any(SyntaxKind.InternalKeyword) || accessor.Modifiers.Any(SyntaxKind.ProtectedKeyword))
               .Select(accessor => $"{property} {accessor.Keyword.Text}");

    static bool IsVisible(MemberDeclarationSyntax member)
      => member.Parent is InterfaceDeclarationSyntax || member.Modifiers.Any(SyntaxKind.PublicKeyword) || member.Modifiers.Any(SyntaxKind.ProtectedKeyword);

    static string Parameters(ParameterListSyntax list) => "(" + string.Join(", ", list.Parameters.Select(parameter =>
    {
        var modifiers = string.Concat(parameter.Modifiers.Where(modifier => !modifier.IsKind(SyntaxKind.ThisKeyword)).Select(modifier => modifier.Text + " "));
        return $"{modifiers}{Name(parameter.Type)} {parameter.Identifier.Text}{(parameter.Default != null ? " = …" : "")}";
    })) + ")";

    /// <summary>A type without its namespace, which files shorten each in its own way.</summary>
    static string Name(TypeSyntax type)
    {
        switch (type)
        {
            case QualifiedNameSyntax qualified: return Name(qualified.Right);
            case AliasQualifiedNameSyntax qualified: return Name(qualified.Name);
            case GenericNameSyntax generic: return $"{generic.Identifier.Text}<{string.Join(",", generic.TypeArgumentList.Arguments.Select(Name))}>";
            case ArrayTypeSyntax array: return Name(array.ElementType) + string.Concat(array.RankSpecifiers.Select(rank => rank.ToString()));
            case NullableTypeSyntax nullable: return Name(nullable.ElementType) + "?";
            case RefTypeSyntax reference: return "ref " + Name(reference.Type);
            case TupleTypeSyntax tuple: return $"({string.Join(",", tuple.Elements.Select(element => Name(element.Type)))})";
            default:
                var name = type.ToString();
                return name == "String" ? "string" : name == "UnityObject" ? "Object" : name;
        }
    }

    static string FullName(SyntaxNode node)
    {
        var parts = new Stack<string>();
        for (; node != null; node = node.Parent)
            switch (node)
            {
                case TypeDeclarationSyntax type: parts.Push(type.Identifier.Text + (type.TypeParameterList == null ? "" : "`" + type.TypeParameterList.Parameters.Count)); break;
                case BaseTypeDeclarationSyntax type: parts.Push(type.Identifier.Text); break;
                case DelegateDeclarationSyntax type: parts.Push(type.Identifier.Text); break;
                case NamespaceDeclarationSyntax space: parts.Push(space.Name.ToString()); break;
            }
        return string.Join(".", parts);
    }
}
