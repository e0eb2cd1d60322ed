using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;

namespace Kata.Rules.Shapes;

/// <summary>
/// The shapes of what MathNet builds: <c>Matrix.Build</c>, <c>CreateMatrix</c>, <c>DenseMatrix</c> and the like for
/// vectors. The names of their parameters say what is given, in all of them alike.
/// </summary>
internal static class BuilderRules
{
    private static readonly HashSet<string> Builders = ["MatrixBuilder", "VectorBuilder", "CreateMatrix", "CreateVector"];

    /// <summary>Whether a method or constructor is one that builds a matrix or vector.</summary>
    public static bool Builds(IMethodSymbol method, KnownTypes types) =>
        Builders.Contains(method.ContainingType.Name) && IsMathNet(method)
        || (method.IsStatic || method.MethodKind == MethodKind.Constructor) && method.MethodKind != MethodKind.UserDefinedOperator && IsConcrete(method, types);

    /// <summary>The shape of a matrix that is built.</summary>
    public static Value Matrix(Call call)
    {
        if (call["rows"] is { Operation.Type.SpecialType: SpecialType.System_Int32 } rows && call["columns"] is { } columns)
        {
            return new Shaped(rows.Size, columns.Size);
        }

        if (call["order"] is { } order)
        {
            return new Shaped(order.Size, order.Size);
        }

        if ((call["example"] ?? call["matrix"] ?? call["array"]) is { Shape: { Rank: 2 } same })
        {
            return same;
        }

        if (call.Arguments is not [var (_, only)] || Sequence.From(only.Value) is not { } data)
        {
            return Value.Unknown;
        }

        var length = Sequence.From(data.Element)?.Count;
        return call.Method.Name switch
        {
            var name when name.Contains("OfRow") => new Shaped(data.Count, length),
            var name when name.Contains("OfColumn") => new Shaped(length, data.Count),
            var name when name.Contains("Diagonal") => new Shaped(data.Count, data.Count),
            _ => Value.Unknown,
        };
    }

    /// <summary>The shape of a vector that is built.</summary>
    public static Value Vector(Call call)
    {
        if ((call["length"] ?? call["size"]) is { } length)
        {
            return new Shaped(length.Size);
        }

        var data = call["array"] ?? call["enumerable"] ?? call["vector"] ?? call["example"] ?? call["storage"];
        return data is not null && Sequence.From(data.Value) is { } sequence ? new Shaped(sequence.Count) : Value.Unknown;
    }

    private static bool IsConcrete(IMethodSymbol method, KnownTypes types) =>
        method.ContainingType.Name is "DenseMatrix" or "SparseMatrix" or "DiagonalMatrix" or "DenseVector" or "SparseVector"
        && (KnownTypes.IsOrDerivesFrom(method.ContainingType, types.Matrix) || KnownTypes.IsOrDerivesFrom(method.ContainingType, types.Vector));

    private static bool IsMathNet(IMethodSymbol method) =>
        method.ContainingNamespace.ToDisplayString() == "MathNet.Numerics.LinearAlgebra";
}
