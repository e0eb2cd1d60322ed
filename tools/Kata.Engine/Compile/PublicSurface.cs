using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kata.Engine.Compile;

/// <summary>
/// What the tests can see of an answer: every public type and member as one line each. Attributes, nullability
/// and the modifiers that no caller notices are left out.
/// </summary>
internal static class PublicSurface
{
    private static readonly SymbolDisplayFormat Format = new(
        globalNamespaceStyle: SymbolDisplayGlobalNamespaceStyle.Omitted,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeParameters
            | SymbolDisplayMemberOptions.IncludeContainingType | SymbolDisplayMemberOptions.IncludeConstantValue
            | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeExplicitInterface,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        kindOptions: SymbolDisplayKindOptions.IncludeTypeKeyword,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>The surface of a library, sorted.</summary>
    public static ImmutableArray<string> Of(IAssemblySymbol library)
    {
        var lines = new List<string>();
        AddNamespace(library.GlobalNamespace, lines);
        lines.Sort(StringComparer.Ordinal);
        return [.. lines];
    }

    private static void AddNamespace(INamespaceSymbol symbol, List<string> lines)
    {
        foreach (var type in symbol.GetTypeMembers())
        {
            AddType(type, lines);
        }

        foreach (var inner in symbol.GetNamespaceMembers())
        {
            AddNamespace(inner, lines);
        }
    }

    private static void AddType(INamedTypeSymbol type, List<string> lines)
    {
        if (!IsVisible(type))
        {
            return;
        }

        var name = type.ToDisplayString(Format);
        lines.Add(name);
        if (type.BaseType is { SpecialType: SpecialType.None } parent)
        {
            lines.Add($"{name} : {parent.ToDisplayString(Format)}");
        }

        lines.AddRange(type.Interfaces.Select(contract => $"{name} : {contract.ToDisplayString(Format)}"));
        foreach (var member in type.GetMembers().Where(IsVisible))
        {
            switch (member)
            {
                case INamedTypeSymbol nested:
                    AddType(nested, lines);
                    break;
                case IMethodSymbol { AssociatedSymbol: not null }:
                    break;
                case IPropertySymbol property:
                    lines.Add($"{Static(property)}{property.ToDisplayString(Format)} {{ {Accessor(property.GetMethod, "get")}{Accessor(property.SetMethod, "set")}}}");
                    break;
                default:
                    lines.Add($"{Static(member)}{member.ToDisplayString(Format)}");
                    break;
            }
        }
    }

    private static string Static(ISymbol member) => member.IsStatic ? "static " : "";

    private static string Accessor(IMethodSymbol? accessor, string name) =>
        accessor is not null && IsVisible(accessor) ? $"{(accessor.IsInitOnly ? "init" : name)}; " : "";

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;
}
