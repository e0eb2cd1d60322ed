using Microsoft.CodeAnalysis;

namespace Kata.Rules.Flow;

/// <summary>
/// What becomes of traits in arithmetic; entry by entry, so that scalars, vectors, matrices and tensors follow
/// the same rules. <paramref name="seen"/> is told of softmaxes and logarithms while <see cref="Recording"/>.
/// </summary>
internal sealed class Arithmetic(Observations seen)
{
    /// <summary>What an exponential keeps of its exponent, and a softmax of its exponentials.</summary>
    private const Trait Inherited = Trait.Score | Trait.DividedByDimension | Trait.Column | Trait.MaximumSubtracted;

    /// <summary>Whether what is seen counts: not while a loop is still being learned.</summary>
    public bool Recording { get; set; } = true;

    /// <summary>e to the power of a value.</summary>
    public AbstractValue Exponential(AbstractValue exponent, IOperation place)
    {
        if (exponent.IsNeutral)
        {
            return AbstractValue.Neutral with { May = exponent.May };
        }

        if (exponent.Is(Trait.LogarithmOfSoftmax))
        {
            return AbstractValue.Of(Trait.Softmax).Perhaps(exponent.May);
        }

        var result = exponent.Only(Inherited).With(Trait.Exponential);
        return exponent.MayBe(Trait.Bounded) || !exponent.IsAny(Trait.Linear | Trait.Score)
            ? result
            : result.With(Trait.Overflowing, place);
    }

    /// <summary>The logarithm of a value.</summary>
    public AbstractValue Logarithm(AbstractValue argument, IOperation place)
    {
        if (argument.Is(Trait.ExponentialSum))
        {
            if (Recording)
            {
                seen.LogSumExps.Add(argument);
            }

            return AbstractValue.Of(Trait.LogSumExp).Perhaps(argument.Is(Trait.Overflowing) ? Trait.None : Trait.Bounded);
        }

        if (argument.Is(Trait.Softmax))
        {
            if (Recording)
            {
                seen.Logarithm(place);
            }

            return AbstractValue.Plain.Perhaps(Trait.Bounded).With(Trait.LogarithmOfSoftmax, place);
        }

        return AbstractValue.Plain.Perhaps(argument.May | Trait.Bounded);
    }

    /// <summary>The sum of two values.</summary>
    public AbstractValue Add(AbstractValue left, AbstractValue right, bool entryByEntry)
    {
        if (left.IsNeutral || right.IsNeutral)
        {
            return Accumulate(left.IsNeutral ? right : left, left.May | right.May, entryByEntry);
        }

        if (left.IsAny(Trait.Exponential | Trait.ExponentialSum) && right.IsAny(Trait.Exponential | Trait.ExponentialSum))
        {
            var sum = Sum(left).Join(Sum(right));
            return sum with { Origins = left.Origins.Union(right.Origins) };
        }

        if (left.IsAny(Trait.Product | Trait.Score) && right.IsAny(Trait.Product | Trait.Score) && !entryByEntry)
        {
            return AbstractValue.Of(Trait.Score).Perhaps(left.May | right.May) with { Origins = right.Origins.Union(left.Origins) };
        }

        if (left.Is(Trait.LogSumExp) || right.Is(Trait.LogSumExp))
        {
            return Derived(left.Is(Trait.Linear) ? left : right, Trait.None, left.May | right.May).With(Trait.LogSumExp);
        }

        var kept = left.IsAny(Trait.Score | Trait.Softmax | Trait.Linear) ? left : right;
        return Derived(kept, Trait.Score | Trait.DividedByDimension | Trait.Softmax | Trait.Column, left.May | right.May | Trait.Masked);
    }

    /// <summary>A value minus another.</summary>
    public AbstractValue Subtract(AbstractValue left, AbstractValue right)
    {
        if (right.IsNeutral)
        {
            return left;
        }

        if (right.Is(Trait.LogSumExp))
        {
            return AbstractValue.Of(Trait.LogarithmOfSoftmax).Perhaps(left.May | right.May | Trait.Bounded);
        }

        var result = Derived(left, Trait.Score | Trait.DividedByDimension | Trait.Column, left.May | right.May | (right.IsPlain ? Trait.None : Trait.Bounded));
        return right.Is(Trait.Maximum) ? result.With(Trait.MaximumSubtracted) : result;
    }

    /// <summary>A value times another, entry by entry or by a scalar.</summary>
    public AbstractValue Multiply(AbstractValue left, AbstractValue right, IOperation place, bool entryByEntry)
    {
        if (left.IsNeutral || right.IsNeutral)
        {
            return AbstractValue.Neutral with { May = left.May | right.May };
        }

        foreach (var (one, other) in new[] { (left, right), (right, left) })
        {
            if (one.Is(Trait.InverseExponentialSum) && other.Is(Trait.Exponential))
            {
                return Normalise(other, one, place);
            }

            if (one.Is(Trait.InverseDimension) && other.Is(Trait.Score))
            {
                return other.Perhaps(Trait.Scaled).With(Trait.DividedByDimension, place);
            }

            if (one.Is(Trait.Exponential) && other.Is(Trait.Mask))
            {
                return one.Perhaps(Trait.Masked);
            }

            if (one.Is(Trait.LogarithmOfSoftmax) && other.Is(Trait.Softmax))
            {
                seen.Excuse(one.OriginsOf(Trait.LogarithmOfSoftmax));
                return AbstractValue.Plain.Perhaps(Trait.Bounded);
            }

            if (one.Is(Trait.Softmax) && other.Is(Trait.Mask) && !one.MayBe(Trait.Masked))
            {
                return one.With(Trait.MaskedAfterwards, place);
            }

            if (entryByEntry && one.Is(Trait.Softmax) && other.Is(Trait.Input) && !one.MayBe(Trait.Masked))
            {
                return AbstractValue.Plain.Perhaps(one.May | other.May).With(Trait.SoftmaxTimesInput, place);
            }
        }

        if (!entryByEntry && left.Is(Trait.Linear) && right.Is(Trait.Linear))
        {
            return AbstractValue.Of(Trait.Product).Perhaps(left.May | right.May) with { Origins = [new Origin(Trait.Score, place)] };
        }

        var kept = left.IsAny(Trait.Score | Trait.Linear) ? left : right;
        return Derived(kept, Trait.Score | Trait.DividedByDimension | Trait.Column, left.May | right.May | Trait.Scaled);
    }

    /// <summary>A value divided by another, entry by entry or by a scalar.</summary>
    public AbstractValue Divide(AbstractValue left, AbstractValue right, IOperation place)
    {
        if (left.IsNeutral)
        {
            return left;
        }

        if (right.Is(Trait.ExponentialSum))
        {
            return left.Is(Trait.Exponential) ? Normalise(left, right, place)
                : left.IsPlain ? AbstractValue.Of(Trait.InverseExponentialSum).Perhaps(right.May) with { Origins = right.Origins }
                : AbstractValue.Unknown;
        }

        if (right.Is(Trait.Dimension))
        {
            return left.Is(Trait.Score) ? left.Perhaps(Trait.Scaled).With(Trait.DividedByDimension, place)
                : left.IsPlain ? AbstractValue.Of(Trait.InverseDimension)
                : Derived(left, Trait.Column, left.May | Trait.Scaled);
        }

        return Derived(left, Trait.Score | Trait.DividedByDimension | Trait.Column, left.May | right.May | Trait.Scaled);
    }

    /// <summary>The sum of all entries, or of those along an axis.</summary>
    public AbstractValue Sum(AbstractValue entries) =>
        entries.IsNeutral ? entries
        : entries.IsAny(Trait.Exponential | Trait.ExponentialSum)
            ? AbstractValue.Of(Trait.ExponentialSum).Perhaps(entries.May) with
            {
                Must = Trait.ExponentialSum | (entries.Must & (Trait.Overflowing | Trait.MaximumSubtracted | Trait.ColumnSum)),
                Origins = entries.Origins,
            }
        : entries.Is(Trait.Product) ? AbstractValue.Of(Trait.Score).Perhaps(entries.May) with { Origins = entries.Origins }
        : AbstractValue.Plain.Perhaps(entries.May);

    /// <summary>Exponentials divided by their sum.</summary>
    public AbstractValue Normalise(AbstractValue exponentials, AbstractValue sum, IOperation place)
    {
        var weights = exponentials.Only(Inherited | Trait.Overflowing).Perhaps(sum.May).With(Trait.Softmax);
        if (!sum.MayBe(Trait.Masked))
        {
            // The mask came after the sum: what it hides has taken its share of the denominator.
            weights = exponentials.OriginsOf(Trait.Masked).Aggregate(weights, (value, mask) => value.With(Trait.MaskedAfterwards, mask));
        }

        if (!sum.Is(Trait.Overflowing))
        {
            weights = weights.Without(Trait.Overflowing);
        }

        foreach (var axis in new[] { Trait.ColumnSum, Trait.Column })
        {
            var source = axis == Trait.Column ? exponentials : sum;
            if (source.Is(axis))
            {
                weights = source.OriginsOf(axis).Aggregate(weights, (value, origin) => value.With(Trait.ColumnSoftmax, origin));
            }
        }

        if (Recording)
        {
            seen.Softmaxes.Add((weights, place));
        }

        return weights;
    }

    /// <summary>The matrix product, or the dot product of vectors.</summary>
    public AbstractValue MatrixProduct(AbstractValue left, AbstractValue right, IOperation place, bool transposes)
    {
        if (Recording)
        {
            seen.Results.Add(left);
        }

        const Trait linear = Trait.Linear | Trait.Score;
        if (!left.IsAny(linear) || !right.IsAny(linear))
        {
            return AbstractValue.Plain.Perhaps(left.May | right.May);
        }

        var scales = AbstractValue.Plain.Perhaps((left.May | right.May) & (Trait.Scaled | Trait.Bounded));
        return transposes || left.Is(Trait.Transposed) || right.Is(Trait.Transposed)
            ? scales.With(Trait.Linear).With(Trait.Score, place)
            : scales.With(Trait.Linear);
    }

    /// <summary>The largest entry, or the larger of two.</summary>
    public AbstractValue Maximum(AbstractValue entries) =>
        entries.Only(Trait.Softmax).Perhaps(entries.May).With(Trait.Maximum);

    /// <summary>A value that arithmetic was done on: no longer an input, but linear in it.</summary>
    private static AbstractValue Derived(AbstractValue value, Trait kept, Trait may)
    {
        var result = value.Only(kept).Perhaps(may & ~(Trait.Input | Trait.Linear));
        return value.Is(Trait.Linear) ? result.With(Trait.Linear) : result;
    }

    /// <summary>A number added to zero, again and again: a sum over the loop, unless whole matrices are added.</summary>
    private AbstractValue Accumulate(AbstractValue value, Trait may, bool entryByEntry) =>
        entryByEntry ? value.Perhaps(may) : Sum(value).Perhaps(may);
}
