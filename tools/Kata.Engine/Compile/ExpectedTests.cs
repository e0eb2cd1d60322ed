using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kata.Engine.Compile;

/// <summary>Finds the test methods in the source: what the child process reports is compared with this.</summary>
internal static class ExpectedTests
{
    private const string FactAttribute = "Xunit.FactAttribute";
    private const string TaskAttribute = "Katas.Support.TaskAttribute";

    /// <summary>The tests of the given trees' classes, in the order of the source.</summary>
    public static IReadOnlyList<ExpectedTest> Find(CSharpCompilation compilation)
    {
        var fact = compilation.GetTypeByMetadataName(FactAttribute);
        var order = compilation.SyntaxTrees.Select((tree, index) => (tree, index)).ToDictionary(pair => pair.tree, pair => pair.index);
        return [.. Types(compilation.Assembly.GlobalNamespace)
            .Where(type => type is { TypeKind: TypeKind.Class, IsAbstract: false, DeclaredAccessibility: Accessibility.Public, IsGenericType: false })
            .SelectMany(type => Methods(type).Select(method => (type, method)))
            .Where(pair => pair.method.GetAttributes().Any(attribute => Is(attribute.AttributeClass, fact)))
            .OrderBy(pair => order[pair.method.Locations[0].SourceTree!])
            .ThenBy(pair => pair.method.Locations[0].SourceSpan.Start)
            .Select(pair => new ExpectedTest($"{Name(pair.type)}.{pair.method.Name}", Task(pair.method)))];
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container) =>
        container.GetMembers().OfType<INamespaceOrTypeSymbol>()
            .SelectMany(member => member is INamedTypeSymbol type ? Types(type).Prepend(type) : Types(member));

    private static IEnumerable<IMethodSymbol> Methods(INamedTypeSymbol type)
    {
        for (var current = type; current?.Locations[0].IsInSource == true; current = current.BaseType)
        {
            foreach (var method in current.GetMembers().OfType<IMethodSymbol>())
            {
                yield return method;
            }
        }
    }

    private static bool Is(INamedTypeSymbol? type, INamedTypeSymbol? wanted)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(type, wanted))
            {
                return true;
            }
        }

        return false;
    }

    private static string Name(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? $"{Name(outer)}+{type.MetadataName}"
        : type.ContainingNamespace.IsGlobalNamespace ? type.MetadataName
        : $"{type.ContainingNamespace.ToDisplayString()}.{type.MetadataName}";

    private static int Task(IMethodSymbol method) =>
        method.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.ToDisplayString() == TaskAttribute) is { ConstructorArguments: [{ Value: int number }, ..] }
            ? number
            : 0;
}
