using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Shapes;

/// <summary>What MathNet's operators and methods on matrices and vectors make of shapes.</summary>
internal static class MatrixRules
{
    private static readonly HashSet<string> Combining =
        ["Add", "Subtract", "SubtractFrom", "Divide", "DivideByThis", "Modulus", "ModulusByThis", "Remainder", "RemainderByThis", "Map2"];

    private static readonly HashSet<string> Keeping =
    [
        "Negate", "Conjugate", "Clone", "Map", "MapIndexed", "MapConvert", "MapIndexedConvert", "Normalize", "NormalizeRows",
        "NormalizeColumns", "UpperTriangle", "LowerTriangle", "StrictlyUpperTriangle", "StrictlyLowerTriangle", "Inverse", "Power",
    ];

    /// <summary>The value of a binary expression, at least one side of which is a matrix or vector.</summary>
    public static Value Binary(IOperation expression, BinaryOperatorKind kind, Operand left, Operand right, Judge judge)
    {
        if (left.Shape is null || right.Shape is null)
        {
            return left.Shape ?? right.Shape ?? Value.Unknown;
        }

        return kind switch
        {
            BinaryOperatorKind.Multiply when left.Shape.Rank == 1 && right.Shape.Rank == 1 => InnerProduct(expression, left, right, judge),
            BinaryOperatorKind.Multiply => judge.Product(expression, left, right),
            BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder =>
                judge.Elementwise(expression, left, Signs.Of(kind), right),
            _ => Value.Unknown,
        };
    }

    /// <summary>The value of a call of a method of a matrix or vector.</summary>
    public static Value Invoke(Call call, Judge judge)
    {
        var result = call.Receiver is { Shape.Rank: 1 or 2 } receiver ? OnInstance(call, receiver, receiver.Shape, judge) : Static(call, judge);

        // The in-place overloads take the place for their result as an argument; a row or column may have room to spare.
        return call["result"] is { Shape: not null } place && result is Shaped shape && call.Method.Name is not ("Row" or "Column")
            ? judge.Elementwise(call.Operation, new Operand(call.Operation, shape), "→", place)
            : result;
    }

    private static Value InnerProduct(IOperation expression, Operand left, Operand right, Judge judge)
    {
        judge.Elementwise(expression, left, "·", right);
        return Value.Unknown;
    }

    private static Value Static(Call call, Judge judge) => (call.Method.Name, call.Arguments) switch
    {
        ("OuterProduct", [var (_, u), var (_, v)]) when u.Shape is { Rank: 1 } left && v.Shape is { Rank: 1 } right => new Shaped(left.Rows, right.Rows),
        (_, [var (_, only)]) when only.Shape is not null => only.Shape,
        _ => Value.Unknown,
    };

    private static Value OnInstance(Call call, Operand receiver, Shaped shape, Judge judge)
    {
        var other = call.Other;
        return call.Method.Name switch
        {
            "Multiply" => other is null ? shape : judge.Product(call.Operation, receiver, other),
            "LeftMultiply" when other is not null => judge.Product(call.Operation, other, receiver),
            "TransposeAndMultiply" or "ConjugateTransposeAndMultiply" when other is not null =>
                judge.Product(call.Operation, receiver, other, transposeRight: true),
            "TransposeThisAndMultiply" or "ConjugateTransposeThisAndMultiply" when other is not null =>
                judge.Product(call.Operation, receiver, other, transposeLeft: true),
            "DotProduct" or "ConjugateDotProduct" when other is not null => InnerProduct(call.Operation, receiver, other, judge),
            "OuterProduct" when other?.Shape is { } right => new Shaped(shape.Rows, right.Rows),
            "CopyTo" when call["target"] is { } target => judge.Elementwise(call.Operation, receiver, "→", target),
            "Solve" when call["input"] is { Shape: { } input } given && shape.Rank == 2 => judge.Agree(
                call.Operation, receiver, "·x =", given, shape.Rows, input.Rows, input.Rank == 1 ? new Shaped(shape.Columns) : new Shaped(shape.Columns, input.Columns)),
            var name when Combining.Contains(name) || name.StartsWith("Pointwise", StringComparison.Ordinal) =>
                other is null ? shape : judge.Elementwise(call.Operation, receiver, Signs.Of(name), other),
            var name when Keeping.Contains(name) => shape,
            _ => shape.Rank == 1 ? OfVector(call, shape) : OfMatrix(call, receiver, shape, judge),
        };
    }

    private static Value OfVector(Call call, Shaped vector) => call.Method.Name switch
    {
        "SubVector" => new Shaped(call["count"]?.Size),
        "ToRowMatrix" => new Shaped(Dimension.Number(1), vector.Rows),
        "ToColumnMatrix" => new Shaped(vector.Rows, Dimension.Number(1)),
        "ToArray" or "AsArray" or "Enumerate" or "GetEnumerator" => new Sequence(vector.Rows, Value.Unknown),
        "EnumerateIndexed" => new Sequence(vector.Rows, Value.Unknown),
        _ => Value.Unknown,
    };

    private static Value OfMatrix(Call call, Operand receiver, Shaped matrix, Judge judge) => call.Method.Name switch
    {
        "Transpose" or "ConjugateTranspose" or "PseudoInverse" => matrix.Transposed,
        "Row" => new Shaped(call["length"] is { } length ? length.Size : matrix.Columns),
        "Column" => new Shaped(call["length"] is { } length ? length.Size : matrix.Rows),
        "SubMatrix" or "Resize" => new Shaped(call["rowCount"]?.Size, call["columnCount"]?.Size),
        "Diagonal" => new Shaped(judge.Same(matrix.Rows, matrix.Columns) ? matrix.Rows : null),
        "RowSums" or "RowNorms" or "RowAbsoluteSums" => new Shaped(matrix.Rows),
        "ColumnSums" or "ColumnNorms" or "ColumnAbsoluteSums" => new Shaped(matrix.Columns),
        "ToArray" or "AsArray" => matrix,
        "ToRowArrays" or "AsRowArrays" => new Sequence(matrix.Rows, new Sequence(matrix.Columns, Value.Unknown)),
        "ToColumnArrays" or "AsColumnArrays" => new Sequence(matrix.Columns, new Sequence(matrix.Rows, Value.Unknown)),
        "Enumerate" or "ToRowMajorArray" or "ToColumnMajorArray" => new Sequence(matrix.Rows * matrix.Columns, Value.Unknown),
        "EnumerateRows" => new Sequence(Enumerated(call, matrix.Rows), new Shaped(matrix.Columns)),
        "EnumerateColumns" => new Sequence(Enumerated(call, matrix.Columns), new Shaped(matrix.Rows)),
        "EnumerateRowsIndexed" => new Sequence(Enumerated(call, matrix.Rows), new Items([Value.Unknown, new Shaped(matrix.Columns)])),
        "EnumerateColumnsIndexed" => new Sequence(Enumerated(call, matrix.Columns), new Items([Value.Unknown, new Shaped(matrix.Rows)])),
        _ => Rearranged(call, receiver, matrix, judge),
    };

    private static Dimension? Enumerated(Call call, Dimension? all) => call["length"] is { } length ? length.Size : all;

    private static Value Rearranged(Call call, Operand receiver, Shaped matrix, Judge judge)
    {
        var one = Dimension.Number(1);
        return (call.Method.Name, call.Arguments) switch
        {
            ("Append", [var (_, right), ..]) when right.Shape is { } b =>
                judge.Agree(call.Operation, receiver, "|", right, matrix.Rows, b.Rows, new Shaped(matrix.Rows ?? b.Rows, matrix.Columns + b.Columns)),
            ("Stack", [var (_, lower), ..]) when lower.Shape is { } b =>
                judge.Agree(call.Operation, receiver, "/", lower, matrix.Columns, b.Columns, new Shaped(matrix.Rows + b.Rows, matrix.Columns ?? b.Columns)),
            ("DiagonalStack", [var (_, lower), ..]) when lower.Shape is { } b => new Shaped(matrix.Rows + b.Rows, matrix.Columns + b.Columns),
            ("KroneckerProduct", [var (_, other), ..]) when other.Shape is { } b => new Shaped(matrix.Rows * b.Rows, matrix.Columns * b.Columns),
            ("InsertRow", [_, var (_, row)]) when row.Shape is { } b =>
                judge.Agree(call.Operation, receiver, "/", row, matrix.Columns, b.Rows, new Shaped(matrix.Rows + one, matrix.Columns)),
            ("InsertColumn", [_, var (_, column)]) when column.Shape is { } b =>
                judge.Agree(call.Operation, receiver, "|", column, matrix.Rows, b.Rows, new Shaped(matrix.Rows, matrix.Columns + one)),
            ("RemoveRow", _) => new Shaped(matrix.Rows - one, matrix.Columns),
            ("RemoveColumn", _) => new Shaped(matrix.Rows, matrix.Columns - one),
            ("SetRow", [_, var (_, row)]) => judge.Agree(
                call.Operation, receiver, "←", row, matrix.Columns, Sequence.From(row.Value)?.Count, Value.Unknown),
            ("SetColumn", [_, var (_, column)]) => judge.Agree(
                call.Operation, receiver, "←", column, matrix.Rows, Sequence.From(column.Value)?.Count, Value.Unknown),
            _ => Value.Unknown,
        };
    }
}
