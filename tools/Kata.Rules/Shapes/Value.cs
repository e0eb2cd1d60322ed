using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kata.Rules.Shapes;

/// <summary>What is known about the value of an expression. Knows nothing of the expression itself.</summary>
internal abstract class Value : IEquatable<Value>
{
    /// <summary>Nothing is known.</summary>
    public static readonly Value Unknown = new UnknownValue();

    /// <summary>What is known about a value that is one or the other.</summary>
    public static Value Join(Value left, Value right) => left.Equals(right) ? left : left.JoinDifferent(right);

    /// <inheritdoc />
    public bool Equals(Value? other) =>
        ReferenceEquals(this, other) || (other is not null && GetType() == other.GetType() && EqualsSameKind(other));

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Value);

    /// <inheritdoc />
    public override int GetHashCode() => GetType().GetHashCode();

    /// <summary>All sizes in it that are known.</summary>
    public virtual IEnumerable<Dimension> Sizes => [];

    /// <summary>Whether a function is in it, which reads the variables around it.</summary>
    public virtual bool HasFunction => false;

    /// <summary>The same value in terms of other names; a name without replacement is not known.</summary>
    public virtual Value Substitute(Func<Symbol, Dimension?> replacement) => this;

    /// <summary>What is known about one value or another, which are not equal.</summary>
    protected abstract Value JoinDifferent(Value other);

    /// <summary>Whether another value of the same type says the same.</summary>
    protected abstract bool EqualsSameKind(Value other);

    /// <summary>The size that both agree on.</summary>
    protected static Dimension? JoinSizes(Dimension? left, Dimension? right) => Equals(left, right) ? left : null;

    private sealed class UnknownValue : Value
    {
        protected override Value JoinDifferent(Value other) => this;

        protected override bool EqualsSameKind(Value other) => true;
    }
}

/// <summary>A whole number that is a size, or is computed from sizes.</summary>
/// <param name="dimension">Which size.</param>
internal sealed class Size(Dimension dimension) : Value
{
    /// <summary>Which size.</summary>
    public Dimension Dimension { get; } = dimension;

    /// <inheritdoc />
    public override IEnumerable<Dimension> Sizes => [Dimension];

    /// <summary>A whole number of this size, if the size is known.</summary>
    public static Value Of(Dimension? dimension) => dimension is null ? Unknown : new Size(dimension);

    /// <inheritdoc />
    public override Value Substitute(Func<Symbol, Dimension?> replacement) =>
        Of(Dimension.Substitute(replacement));

    /// <inheritdoc />
    protected override Value JoinDifferent(Value other) => Unknown;

    /// <inheritdoc />
    protected override bool EqualsSameKind(Value other) => Dimension.Equals(((Size)other).Dimension);
}

/// <summary>A vector, matrix, tensor or rectangular array.</summary>
/// <param name="dimensions">The size of each axis.</param>
internal sealed class Shaped(params ImmutableArray<Dimension?> dimensions) : Value
{
    /// <summary>The size of each axis.</summary>
    public ImmutableArray<Dimension?> Dimensions { get; } = dimensions;

    /// <inheritdoc />
    public override IEnumerable<Dimension> Sizes => Dimensions.OfType<Dimension>();

    /// <summary>The number of axes.</summary>
    public int Rank => Dimensions.Length;

    /// <summary>The size of the first axis.</summary>
    public Dimension? Rows => Dimensions[0];

    /// <summary>The size of the second axis.</summary>
    public Dimension? Columns => Dimensions[1];

    /// <summary>The matrix with rows and columns exchanged; a vector as it is.</summary>
    public Shaped Transposed => Rank == 2 ? new Shaped(Columns, Rows) : this;

    /// <inheritdoc />
    public override string ToString() => $"({string.Join(" × ", Dimensions.Select(size => size?.InProduct() ?? "?"))})";

    /// <inheritdoc />
    public override Value Substitute(Func<Symbol, Dimension?> replacement) =>
        new Shaped([.. Dimensions.Select(size => size?.Substitute(replacement))]);

    /// <inheritdoc />
    protected override Value JoinDifferent(Value other) =>
        other is Shaped shaped && shaped.Rank == Rank
            ? new Shaped([.. Dimensions.Zip(shaped.Dimensions, JoinSizes)])
            : Unknown;

    /// <inheritdoc />
    protected override bool EqualsSameKind(Value other) => Dimensions.SequenceEqual(((Shaped)other).Dimensions);
}

/// <summary>An array, list or lazy sequence whose elements are all alike.</summary>
/// <param name="count">How many elements.</param>
/// <param name="element">What is known about each.</param>
internal sealed class Sequence(Dimension? count, Value element) : Value
{
    /// <summary>How many elements.</summary>
    public Dimension? Count { get; } = count;

    /// <summary>What is known about each element.</summary>
    public Value Element { get; } = element;

    /// <inheritdoc />
    public override IEnumerable<Dimension> Sizes => Count is null ? Element.Sizes : Element.Sizes.Append(Count);

    /// <summary>The same view of whatever can be enumerated; null for what cannot.</summary>
    public static Sequence? From(Value value) => value switch
    {
        Sequence sequence => sequence,
        Items items => new Sequence(Dimension.Number(items.Values.Length), items.Element),
        Shaped { Rank: 1 } vector => new Sequence(vector.Rows, Unknown),
        _ => null,
    };

    /// <inheritdoc />
    public override string ToString() =>
        Element is Shaped or Sequence { Count: not null }
            ? $"({Count?.InProduct() ?? "?"} × {Element.ToString()!.TrimStart('(')}"
            : $"({Count?.ToString() ?? "?"})";

    /// <inheritdoc />
    public override Value Substitute(Func<Symbol, Dimension?> replacement) =>
        new Sequence(Count?.Substitute(replacement), Element.Substitute(replacement));

    /// <inheritdoc />
    public override bool HasFunction => Element.HasFunction;

    /// <inheritdoc />
    protected override Value JoinDifferent(Value other) =>
        From(other) is { } sequence && other is not Shaped
            ? new Sequence(JoinSizes(Count, sequence.Count), Join(Element, sequence.Element))
            : Unknown;

    /// <inheritdoc />
    protected override bool EqualsSameKind(Value other) =>
        other is Sequence sequence && Equals(Count, sequence.Count) && Element.Equals(sequence.Element);
}

/// <summary>A tuple, or a short array or span that is written out, such as the lengths of a tensor.</summary>
/// <param name="values">What is known about each.</param>
internal sealed class Items(ImmutableArray<Value> values) : Value
{
    /// <summary>What is known about each.</summary>
    public ImmutableArray<Value> Values { get; } = values;

    /// <inheritdoc />
    public override IEnumerable<Dimension> Sizes => Values.SelectMany(value => value.Sizes);

    /// <summary>What is known about any of them.</summary>
    public Value Element => Values.IsEmpty ? Unknown : Values.Skip(1).Aggregate(Values[0], Join);

    /// <summary>The lengths of a tensor as a span.</summary>
    public static Items Lengths(Shaped shape) => new([.. shape.Dimensions.Select(Size.Of)]);

    /// <summary>Read as the lengths of a tensor.</summary>
    public Shaped ToShape() => new([.. Values.Select(value => (value as Size)?.Dimension)]);

    /// <inheritdoc />
    public override Value Substitute(Func<Symbol, Dimension?> replacement) =>
        new Items([.. Values.Select(value => value.Substitute(replacement))]);

    /// <inheritdoc />
    public override bool HasFunction => Values.Any(value => value.HasFunction);

    /// <inheritdoc />
    protected override Value JoinDifferent(Value other) =>
        other is Items items && items.Values.Length == Values.Length
            ? new Items([.. Values.Zip(items.Values, Join)])
            : Unknown;

    /// <inheritdoc />
    protected override bool EqualsSameKind(Value other) => Values.SequenceEqual(((Items)other).Values);
}

/// <summary>A lambda, a local function or a method that is passed around.</summary>
/// <param name="method">Which.</param>
/// <param name="graph">The control flow of its body, for lambdas.</param>
internal sealed class Function(IMethodSymbol method, ControlFlowGraph? graph) : Value
{
    /// <summary>Which.</summary>
    public IMethodSymbol Method { get; } = method;

    /// <summary>The control flow of its body, for lambdas.</summary>
    public ControlFlowGraph? Graph { get; } = graph;

    /// <inheritdoc />
    public override bool HasFunction => true;

    /// <inheritdoc />
    protected override Value JoinDifferent(Value other) => Unknown;

    /// <inheritdoc />
    protected override bool EqualsSameKind(Value other) =>
        SymbolEqualityComparer.Default.Equals(Method, ((Function)other).Method);
}
