using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Kata.Rules.Foundation;

/// <summary>The types that rules ask about, looked up once for each compilation.</summary>
internal sealed class KnownTypes
{
    private static readonly ConditionalWeakTable<Compilation, KnownTypes> Known = new();
    private readonly Compilation compilation;

    private KnownTypes(Compilation compilation)
    {
        this.compilation = compilation;
        Matrix = Find("MathNet.Numerics.LinearAlgebra.Matrix`1");
        Vector = Find("MathNet.Numerics.LinearAlgebra.Vector`1");
        Tensor = Find("System.Numerics.Tensors.Tensor`1");
        TensorFunctions = Find("System.Numerics.Tensors.Tensor");
        TensorSpan = Find("System.Numerics.Tensors.TensorSpan`1");
        TensorPrimitives = Find("System.Numerics.Tensors.TensorPrimitives");
        Math = Find("System.Math");
        Enumerable = Find("System.Linq.Enumerable");
        Exception = Find("System.Exception");
        NotImplementedException = Find("System.NotImplementedException");
        Random = Find("System.Random");
        Comparer = Find("System.Collections.Generic.IComparer`1");
        ShapeAttribute = Find("ShapeAttribute");
    }

    /// <summary>MathNet's <c>Matrix&lt;T&gt;</c>.</summary>
    public INamedTypeSymbol? Matrix { get; }

    /// <summary>MathNet's <c>Vector&lt;T&gt;</c>.</summary>
    public INamedTypeSymbol? Vector { get; }

    /// <summary><c>Tensor&lt;T&gt;</c>.</summary>
    public INamedTypeSymbol? Tensor { get; }

    /// <summary>The static class <c>Tensor</c> with the functions on tensors.</summary>
    public INamedTypeSymbol? TensorFunctions { get; }

    /// <summary><c>TensorSpan&lt;T&gt;</c>.</summary>
    public INamedTypeSymbol? TensorSpan { get; }

    /// <summary>The functions on spans.</summary>
    public INamedTypeSymbol? TensorPrimitives { get; }

    /// <summary><c>System.Math</c>.</summary>
    public INamedTypeSymbol? Math { get; }

    /// <summary>The LINQ operators.</summary>
    public INamedTypeSymbol? Enumerable { get; }

    /// <summary><c>System.Exception</c>.</summary>
    public INamedTypeSymbol? Exception { get; }

    /// <summary>What a stub throws.</summary>
    public INamedTypeSymbol? NotImplementedException { get; }

    /// <summary><c>System.Random</c>.</summary>
    public INamedTypeSymbol? Random { get; }

    /// <summary><c>IComparer&lt;T&gt;</c>.</summary>
    public INamedTypeSymbol? Comparer { get; }

    /// <summary>The attribute that declares shapes.</summary>
    public INamedTypeSymbol? ShapeAttribute { get; }

    /// <summary>The types of a compilation.</summary>
    public static KnownTypes Of(Compilation compilation) => Known.GetValue(compilation, key => new KnownTypes(key));

    /// <summary>Whether a type is the given one, whatever its type arguments; an unresolved one never is.</summary>
    public static bool Is(ITypeSymbol? type, INamedTypeSymbol? expected) =>
        expected is not null && SymbolEqualityComparer.Default.Equals(type?.OriginalDefinition, expected);

    /// <summary>Whether a type is the given one or derives from it.</summary>
    public static bool IsOrDerivesFrom(ITypeSymbol? type, INamedTypeSymbol? expected)
    {
        for (var candidate = type; candidate is not null; candidate = candidate.BaseType)
        {
            if (Is(candidate, expected))
            {
                return true;
            }
        }

        return false;
    }

    private INamedTypeSymbol? Find(string name) => compilation.GetTypeByMetadataName(name);
}
