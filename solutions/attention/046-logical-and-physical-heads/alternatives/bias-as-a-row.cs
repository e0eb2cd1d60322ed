namespace Kata046;

public sealed record Linear(Matrix<double> Weight, Vector<double> Bias);

public sealed record MatMulCount(int Products, long Multiplications);

/// <summary>Whole matrices throughout; biases are added as an outer product with ones, and heads are stacked blocks.</summary>
public static class LogicalAndPhysicalHeads
{
    private static Matrix<double> BiasRows(Linear layer, int rows) =>
        Vector<double>.Build.Dense(rows, 1).OuterProduct(layer.Bias);

    public static Tensor<double> SplitLogical(Tensor<double> projected, int heads)
    {
        if (projected.Lengths is not [var tokens, var columns] || heads < 1 || columns % heads > 0)
        {
            throw new ArgumentException($"cannot cut a tensor of rank {projected.Rank} into {heads} heads");
        }

        return Tensor.PermuteDimensions(
            tokens == 1
                ? Tensor.Unsqueeze(Tensor.Reshape(Tensor.Squeeze(projected), [heads, columns / heads]), 0)
                : Tensor.Reshape(projected, [tokens, heads, columns / heads]),
            [1, 0, 2]);
    }

    public static Tensor<double> MergeLogical(Tensor<double> heads)
    {
        if (heads.Lengths is not [var count, var tokens, var dimension])
        {
            throw new ArgumentException($"rank {heads.Rank}");
        }

        var flat = new double[heads.FlattenedLength];
        heads.FlattenTo(flat);
        var blocks = flat.Chunk((int)(tokens * dimension)).Select(block => Matrix<double>.Build.DenseOfRowMajor((int)tokens, (int)dimension, block));
        return ToTensor(Matrix<double>.Build.DenseOfMatrixArray(Row(blocks)));
    }

    public static IReadOnlyList<Linear> SplitPhysical(Linear fused, int heads)
    {
        var (dimension, rest) = heads < 1 ? (0, 1) : Math.DivRem(fused.Weight.ColumnCount, heads);
        return rest == 0
            ? fused.Weight.EnumerateColumns().Zip(fused.Bias).Chunk(dimension)
                .Select(columns => new Linear(
                    Matrix<double>.Build.DenseOfColumnVectors(columns.Select(column => column.First)),
                    Vector<double>.Build.DenseOfEnumerable(columns.Select(column => column.Second))))
                .ToArray()
            : throw new ArgumentException($"{fused.Weight.ColumnCount} columns, {heads} heads");
    }

    public static Linear MergePhysical(IReadOnlyList<Linear> heads) =>
        heads.DistinctBy(head => (head.Weight.RowCount, head.Weight.ColumnCount)).Count() == 1
            ? new Linear(
                Matrix<double>.Build.DenseOfMatrixArray(Row(heads.Select(head => head.Weight))),
                Vector<double>.Build.Dense([.. heads.SelectMany(head => head.Bias.ToArray())]))
            : throw new ArgumentException($"{heads.Count} heads, not of one shape");

    public static Tensor<double> ProjectLogical(
        Matrix<double> inputs, Linear fused, int heads, Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply) =>
        SplitLogical(ToTensor(multiply(inputs, fused.Weight) + BiasRows(fused, inputs.RowCount)), heads);

    public static Tensor<double> ProjectPhysical(
        Matrix<double> inputs, IReadOnlyList<Linear> heads, Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply)
    {
        var fused = MergePhysical(heads);
        var results = heads.Select(head => multiply(inputs, head.Weight) + BiasRows(head, inputs.RowCount));
        var stacked = results.Aggregate((above, below) => above.Stack(below));
        return Tensor.Create(stacked.ToRowMajorArray(), [heads.Count, inputs.RowCount, fused.Bias.Count / heads.Count]);
    }

    public static MatMulCount CountMatMuls(Action<Func<Matrix<double>, Matrix<double>, Matrix<double>>> computation)
    {
        var costs = new List<long>();
        computation((left, right) =>
        {
            var product = left * right;
            costs.Add((long)product.RowCount * product.ColumnCount * right.RowCount);
            return product;
        });
        return new MatMulCount(costs.Count, costs.Sum());
    }

    private static Tensor<double> ToTensor(Matrix<double> matrix) =>
        Tensor.Create(matrix.ToRowMajorArray(), [matrix.RowCount, matrix.ColumnCount]);

    private static Matrix<double>[,] Row(IEnumerable<Matrix<double>> blocks)
    {
        var all = blocks.ToArray();
        var row = new Matrix<double>[1, all.Length];
        for (var i = 0; i < all.Length; i++)
        {
            row[0, i] = all[i];
        }

        return row;
    }
}
