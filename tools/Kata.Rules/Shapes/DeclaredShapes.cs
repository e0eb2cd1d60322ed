using System.Collections.Immutable;
using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kata.Rules.Shapes;

/// <summary>What the <c>[Shape]</c> attributes of a method say.</summary>
internal sealed class DeclaredShapes
{
    private readonly ImmutableDictionary<int, Value> parameters;

    private DeclaredShapes(ImmutableDictionary<int, Value> parameters, Value? result)
    {
        this.parameters = parameters;
        Result = result;
    }

    /// <summary>What the method promises to return; null when nothing is declared.</summary>
    public Value? Result { get; }

    /// <summary>Whether anything is declared.</summary>
    public bool Any => parameters.Count > 0 || Result is not null;

    /// <summary>Reads the attributes of a method and its parameters.</summary>
    public static DeclaredShapes Of(IMethodSymbol method, KnownTypes types)
    {
        var parameters = method.Parameters
            .Select(parameter => (parameter.Ordinal, Value: Read(parameter.GetAttributes(), parameter.Type, types)))
            .Where(parameter => parameter.Value is not null)
            .ToImmutableDictionary(parameter => parameter.Ordinal, parameter => parameter.Value!);

        // What only the return value names is a size that the method decides for itself.
        var given = parameters.Values.SelectMany(value => value.Sizes).SelectMany(size => size.Symbols)
            .Concat(method.Parameters.Select(Named))
            .ToImmutableHashSet();
        var result = Read(method.GetReturnTypeAttributes(), method.ReturnType, types);
        return new DeclaredShapes(parameters, result?.Substitute(name => given.Contains(name) ? Dimension.Named(name) : null));
    }

    /// <summary>What is declared for a parameter; null when nothing is.</summary>
    public Value? Of(IParameterSymbol parameter) => parameters.TryGetValue(parameter.Ordinal, out var value) ? value : null;

    /// <summary>What is known about a parameter where the method begins: what is declared, or names for what it is given.</summary>
    public Value AtEntry(IParameterSymbol parameter, KnownTypes types)
    {
        if (Of(parameter) is { } declared)
        {
            return declared;
        }

        // A whole number whose name is that of a dimension is that dimension.
        var isDimension = parameters.Values.SelectMany(value => value.Sizes).SelectMany(size => size.Symbols).Contains(Named(parameter));
        return parameter switch
        {
            { Type: var type } when KnownTypes.Is(type, types.Matrix) => new Shaped(Given("RowCount"), Given("ColumnCount")),
            { Type: var type } when KnownTypes.Is(type, types.Vector) => new Shaped(Given("Count")),
            { Type: IArrayTypeSymbol { Rank: 1 } } => new Sequence(Given("Length"), Value.Unknown),
            { Type: IArrayTypeSymbol { Rank: var rank } } => new Shaped([.. Enumerable.Range(0, rank).Select(axis => Given($"GetLength({axis})"))]),
            { Type.SpecialType: SpecialType.System_Int32 } => new Size(Dimension.Named(isDimension ? Named(parameter) : new Symbol(parameter.Name, isDeclared: false))),
            _ => Value.Unknown,
        };

        Dimension Given(string property) => Dimension.Named(new Symbol($"{parameter.Name}.{property}", isDeclared: false));
    }

    /// <summary>The name of a parameter as the name of a dimension.</summary>
    public static Symbol Named(IParameterSymbol parameter) => new(parameter.Name, isDeclared: true);

    private static Value? Read(ImmutableArray<AttributeData> attributes, ITypeSymbol type, KnownTypes types)
    {
        var attribute = attributes.FirstOrDefault(candidate => KnownTypes.Is(candidate.AttributeClass, types.ShapeAttribute));
        if (attribute is null || attribute.ConstructorArguments is not [{ Kind: TypedConstantKind.Array, IsNull: false } names])
        {
            return null;
        }

        return ValueOf(type, [.. names.Values.Select(name => Parse(name.Value as string))], types);
    }

    /// <summary>The value of a type with these dimensions; null when their number is not that of its axes.</summary>
    private static Value? ValueOf(ITypeSymbol type, ImmutableArray<Dimension?> dimensions, KnownTypes types)
    {
        var rank = KnownTypes.IsOrDerivesFrom(type, types.Matrix) ? 2
            : KnownTypes.IsOrDerivesFrom(type, types.Vector) ? 1
            : KnownTypes.Is(type, types.Tensor) ? dimensions.Length
            : type is IArrayTypeSymbol { Rank: > 1 } array ? array.Rank
            : (int?)null;
        if (rank is not null)
        {
            return rank == dimensions.Length ? new Shaped(dimensions) : null;
        }

        var element = type switch
        {
            IArrayTypeSymbol { ElementType: var item } => item,
            INamedTypeSymbol { TypeArguments: [var item] } => item,
            _ => null,
        };
        return element is null || dimensions.IsEmpty ? null
            : dimensions.Length == 1 ? new Sequence(dimensions[0], Value.Unknown)
            : ValueOf(element, dimensions.RemoveAt(0), types) is { } rest ? new Sequence(dimensions[0], rest)
            : null;
    }

    /// <summary>A name, a number, or simple arithmetic of both; anything else is not known.</summary>
    private static Dimension? Parse(string? text) => text is null ? null : Evaluate(SyntaxFactory.ParseExpression(text));

    private static Dimension? Evaluate(ExpressionSyntax expression) => expression switch
    {
        { ContainsDiagnostics: true } => null,
        IdentifierNameSyntax { Identifier.ValueText: var name } when name != "_" => Dimension.Named(new Symbol(name, isDeclared: true)),
        LiteralExpressionSyntax { Token.Value: int number } => Dimension.Number(number),
        ParenthesizedExpressionSyntax inner => Evaluate(inner.Expression),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum => Evaluate(sum.Left) + Evaluate(sum.Right),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.SubtractExpression } difference => Evaluate(difference.Left) - Evaluate(difference.Right),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product => Evaluate(product.Left) * Evaluate(product.Right),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.DivideExpression } quotient => Evaluate(quotient.Left) / Evaluate(quotient.Right),
        _ => null,
    };
}
