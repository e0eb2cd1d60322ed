using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kata.Rules.Shapes;

/// <summary>What the functions of <c>System.Numerics.Tensors</c> make of shapes.</summary>
internal static class TensorRules
{
    /// <summary>The value of a call of a function of <c>Tensor</c> or of a method of <c>Tensor&lt;T&gt;</c>.</summary>
    public static Value Invoke(Call call, Judge judge)
    {
        var subject = call.Receiver ?? call.Arguments.FirstOrDefault().Operand;
        return (call.Method.Name, subject?.Shape) switch
        {
            ("Create" or "CreateFromShape" or "CreateFromShapeUninitialized", _) => Created(call),
            ("Reshape", var shape) => Reshaped(call, subject!, shape, judge),
            ("Broadcast" or "Resize", _) => call["lengths"] is { } lengths ? Lengths(lengths) : call["lengthsSource"]?.Value ?? Value.Unknown,
            ("PermuteDimensions", { } shape) => Permuted(shape, call["dimensions"]),
            ("Transpose", { Rank: >= 2 } shape) => Permuted(shape, [.. Enumerable.Range(0, shape.Rank - 2), shape.Rank - 1, shape.Rank - 2]),
            ("Unsqueeze", { } shape) => Constant(call["dimension"]) is { } axis && axis >= 0 && axis <= shape.Rank
                ? new Shaped(shape.Dimensions.Insert(axis, Dimension.Number(1)))
                : Value.Unknown,
            ("SqueezeDimension", { } shape) => Constant(call["dimension"]) is { } axis && axis >= 0 && axis < shape.Rank
                ? new Shaped(shape.Dimensions.RemoveAt(axis))
                : Value.Unknown,
            ("ConcatenateOnDimension", _) => Concatenated(call["tensors"], Constant(call["dimension"])),
            ("ToDenseTensor" or "Reverse" or "ReverseDimension", { } shape) => shape,
            ("AsTensorSpan" or "AsReadOnlyTensorSpan", { } shape) when call.Arguments.IsEmpty => shape,
            ("Slice", { } shape) => new Shaped([.. shape.Dimensions.Select(_ => (Dimension?)null)]),
            _ => call.Arguments is [{ Parameter.Name: "x" }, ..] ? ElementByElement(call, judge) : Value.Unknown,
        };
    }

    /// <summary>Two tensors combined element by element; shorter shapes and sizes of 1 are repeated.</summary>
    public static Value Elementwise(IOperation expression, Operand left, string sign, Operand right, Judge judge)
    {
        if (IsNumber(left) || IsNumber(right))
        {
            return IsNumber(left) ? right.Value : left.Value;
        }

        if (left.Shape is not { } a || right.Shape is not { } b)
        {
            return Value.Unknown;
        }

        if (b.Rank > a.Rank)
        {
            (a, b) = (b, a);
        }

        var trailing = a.Dimensions.RemoveRange(0, a.Rank - b.Rank).Zip(b.Dimensions, (one, other) => (One: one, Other: other)).ToList();
        var one = Dimension.Number(1);
        if (trailing.Any(pair => judge.Differ(pair.One, pair.Other) && !Equals(pair.One, one) && !Equals(pair.Other, one)))
        {
            return judge.Misfit(expression, left, sign, right);
        }

        return trailing.All(pair => judge.Same(pair.One, pair.Other)) ? a : new Shaped([.. a.Dimensions.Select(_ => (Dimension?)null)]);
    }

    private static Value ElementByElement(Call call, Judge judge)
    {
        var (x, y) = (call["x"]!, call["y"]);
        var result = y is null ? x.Value : Elementwise(call.Operation, x, Signs.Of(call.Method.Name), y, judge);
        return call.Method.ReturnType.Name is "Tensor" or "TensorSpan" ? result : Value.Unknown;
    }

    private static Value Created(Call call) =>
        call["lengths"] is { } lengths ? Lengths(lengths)
        : call["array"] is { } array && Sequence.From(array.Value) is { } sequence ? new Shaped(sequence.Count)
        : Value.Unknown;

    private static Value Lengths(Operand lengths) => lengths.Value is Items items ? items.ToShape() : Value.Unknown;

    private static Value Reshaped(Call call, Operand subject, Shaped? shape, Judge judge)
    {
        if (call["lengths"] is not { Value: Items items } lengths)
        {
            return Value.Unknown;
        }

        // A length of -1 is whatever is left.
        var target = items.ToShape();
        var rest = Dimension.Number(-1);
        var known = target.Dimensions.Where(size => !rest.Equals(size)).ToList();
        if (known.Count < target.Rank)
        {
            return new Shaped([.. target.Dimensions.Select(size => rest.Equals(size) ? Product(shape?.Dimensions) / Product(known) : size)]);
        }

        var operand = new Operand(lengths.Operation, target);
        return judge.Agree(call.Operation, subject, "→", operand, Product(shape?.Dimensions), Product(target.Dimensions), target);
    }

    private static Dimension? Product(IEnumerable<Dimension?>? sizes) =>
        sizes?.Aggregate<Dimension?, Dimension?>(Dimension.Number(1), (product, size) => product * size);

    private static Value Permuted(Shaped shape, Operand? order)
    {
        var axes = (order?.Value as Items)?.Values.Select(value => (value as Size)?.Dimension.AsNumber).ToList();
        return axes is null || axes.Any(axis => axis is null) ? Value.Unknown : Permuted(shape, [.. axes.Select(axis => (int)axis!.Value)]);
    }

    private static Value Permuted(Shaped shape, ImmutableArray<int> axes) =>
        axes.Length == shape.Rank && axes.All(axis => axis >= 0 && axis < shape.Rank)
            ? new Shaped([.. axes.Select(axis => shape.Dimensions[axis])])
            : Value.Unknown;

    private static Value Concatenated(Operand? tensors, int? axis)
    {
        var shapes = (tensors?.Value as Items)?.Values.Select(value => value as Shaped).ToList();
        if (shapes is not [{ } first, ..] || shapes.Any(shape => shape?.Rank != first.Rank) || axis is not { } along || along < 0 || along >= first.Rank)
        {
            return Value.Unknown;
        }

        var sum = shapes.Aggregate<Shaped?, Dimension?>(Dimension.Number(0), (total, shape) => total + shape!.Dimensions[along]);
        var joined = (Shaped)shapes.Aggregate<Shaped?, Value>(first, (all, shape) => Value.Join(all, shape!));
        return new Shaped(joined.Dimensions.SetItem(along, sum));
    }

    private static bool IsNumber(Operand operand) => operand.Operation.Type?.SpecialType is >= SpecialType.System_Int16 and <= SpecialType.System_Double;

    private static int? Constant(Operand? operand) => (int?)operand?.Size?.AsNumber;
}
