using Microsoft.CodeAnalysis;

namespace Kata.Rules.Shapes;

/// <summary>
/// Decides whether operands fit and what comes of them. Only sizes that are certainly different are a misfit, and
/// nothing is claimed about the result of one.
/// </summary>
/// <param name="facts">What is known about the sizes.</param>
/// <param name="misfits">Where misfits go.</param>
internal sealed class Judge(Facts facts, Misfits misfits)
{
    /// <summary>Whether two sizes are certainly different.</summary>
    public bool Differ(Dimension? left, Dimension? right) => facts.Compare(left, right) == Comparison.Different;

    /// <summary>Whether two sizes are certainly equal.</summary>
    public bool Same(Dimension? left, Dimension? right) => facts.Compare(left, right) == Comparison.Equal;

    /// <summary>Whether two shapes are certainly different.</summary>
    public bool Differ(Shaped left, Shaped right) => left.Rank != right.Rank || left.Dimensions.Zip(right.Dimensions, Differ).Any(differ => differ);

    /// <summary>Whether two shapes are certainly equal.</summary>
    public bool Same(Shaped left, Shaped right) => left.Rank == right.Rank && left.Dimensions.Zip(right.Dimensions, Same).All(same => same);

    /// <summary>Whether a value certainly is not what is declared.</summary>
    public bool Contradicts(Value declared, Value actual) => (declared, actual) switch
    {
        (Shaped expected, Shaped shape) => Differ(expected, shape),
        (Sequence expected, _) when Sequence.From(actual) is { } sequence =>
            Differ(expected.Count, sequence.Count) || Contradicts(expected.Element, sequence.Element),
        _ => false,
    };

    /// <summary>The product of matrices and vectors, each transposed first where asked.</summary>
    public Value Product(IOperation expression, Operand left, Operand right, bool transposeLeft = false, bool transposeRight = false)
    {
        if (left.Shape is not { Rank: 1 or 2 } || right.Shape is not { Rank: 1 or 2 })
        {
            return Value.Unknown;
        }

        var (a, b) = (Oriented(left.Shape, transposeLeft), Oriented(right.Shape, transposeRight));
        if (Differ(Inner(a), b.Rows))
        {
            misfits.Operands(
                expression,
                left.Shape + (transposeLeft ? "ᵀ" : ""),
                "·",
                right.Shape + (transposeRight ? "ᵀ" : ""),
                ProductThatFits(left, right, transposeLeft, transposeRight));
            return Value.Unknown;
        }

        return (a.Rank, b.Rank) switch
        {
            (2, 2) => new Shaped(a.Rows, b.Columns),
            (2, 1) => new Shaped(a.Rows),
            (1, 2) => new Shaped(b.Columns),
            _ => Value.Unknown,
        };
    }

    /// <summary>Two operands of one shape, combined element by element.</summary>
    public Value Elementwise(IOperation expression, Operand left, string sign, Operand right)
    {
        if (left.Shape is not { } a || right.Shape is not { } b || a.Rank != b.Rank)
        {
            return Value.Unknown;
        }

        if (Differ(a, b))
        {
            misfits.Operands(expression, a.ToString(), sign, b.ToString(), a.Rank == 2 && Same(a, b.Transposed) ? Misfits.Transposed(right) : null);
            return Value.Unknown;
        }

        return new Shaped([.. a.Dimensions.Zip(b.Dimensions, (one, other) => one ?? other)]);
    }

    /// <summary>What follows when two sizes agree, which they must.</summary>
    public Value Agree(IOperation expression, Operand left, string sign, Operand right, Dimension? one, Dimension? other, Value result) =>
        Differ(one, other) ? Misfit(expression, left, sign, right) : result;

    /// <summary>Two operands do not fit.</summary>
    public Value Misfit(IOperation expression, Operand left, string sign, Operand right)
    {
        misfits.Operands(expression, left.Value.ToString(), sign, right.Value.ToString(), suggestion: null);
        return Value.Unknown;
    }

    private static Shaped Oriented(Shaped shape, bool transpose) => transpose ? shape.Transposed : shape;

    private static Dimension? Inner(Shaped left) => left.Dimensions[left.Rank - 1];

    private string? ProductThatFits(Operand left, Operand right, bool transposeLeft, bool transposeRight)
    {
        var isPlain = !transposeLeft && !transposeRight;
        foreach (var (first, second) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            var changes = (first, second) != (transposeLeft, transposeRight)
                && (!first || left.Shape!.Rank == 2)
                && (!second || right.Shape!.Rank == 2);
            if (changes && Same(Inner(Oriented(left.Shape!, first)), Oriented(right.Shape!, second).Rows))
            {
                return (isPlain, first, second) switch
                {
                    (true, false, true) => Misfits.Transposed(right),
                    (true, true, false) => Misfits.Transposed(left),
                    _ => $"{(first ? Misfits.Transposed(left) : left.Text)} * {(second ? Misfits.Transposed(right) : right.Text)}",
                };
            }
        }

        return null;
    }
}
