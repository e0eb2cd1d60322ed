using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kata.Rules.Shapes;

/// <summary>A call of a method with declared shapes: its names stand for the sizes that this call gives it.</summary>
/// <param name="method">The method.</param>
/// <param name="declared">What it declares.</param>
/// <param name="judge">Compares sizes.</param>
/// <param name="misfits">Where misfits go.</param>
internal sealed class Contract(IMethodSymbol method, DeclaredShapes declared, Judge judge, Misfits misfits)
{
    private readonly Dictionary<Symbol, Dimension?> sizes = [];

    /// <summary>What is known about the result; an argument that contradicts those before it is a misfit.</summary>
    public Value Result(ImmutableArray<Operand> arguments, IOperation call)
    {
        var given = method.Parameters.Where(parameter => parameter.Ordinal < arguments.Length).ToList();
        foreach (var parameter in given)
        {
            if (arguments[parameter.Ordinal].Size is { } size)
            {
                sizes[DeclaredShapes.Named(parameter)] = size;
            }
        }

        foreach (var parameter in given)
        {
            var argument = arguments[parameter.Ordinal];
            if (declared.Of(parameter) is not { } expected)
            {
                continue;
            }

            if (judge.Contradicts(expected.Substitute(Given), argument.Value))
            {
                misfits.Argument(call, argument, expected.Substitute(symbol => Given(symbol) ?? Dimension.Named(symbol)));
                return Value.Unknown;
            }

            Learn(expected, argument.Value);
        }

        return declared.Result?.Substitute(Given) ?? Value.Unknown;
    }

    private Dimension? Given(Symbol symbol) => sizes.TryGetValue(symbol, out var size) ? size : null;

    private void Learn(Value expected, Value actual)
    {
        switch (expected, actual)
        {
            case (Shaped declaration, Shaped shape) when declaration.Rank == shape.Rank:
                foreach (var (name, size) in declaration.Dimensions.Zip(shape.Dimensions, (name, size) => (name, size)))
                {
                    Learn(name, size);
                }

                break;
            case (Sequence declaration, _) when Sequence.From(actual) is { } sequence:
                Learn(declaration.Count, sequence.Count);
                Learn(declaration.Element, sequence.Element);
                break;
        }
    }

    private void Learn(Dimension? name, Dimension? size)
    {
        if (size is not null && name?.Symbols.ToList() is [var symbol] && name.Equals(Dimension.Named(symbol)) && Given(symbol) is null)
        {
            sizes[symbol] = size;
        }
    }
}
