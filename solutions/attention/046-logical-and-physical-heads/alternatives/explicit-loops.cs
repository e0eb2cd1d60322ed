namespace Kata046;

public sealed record Linear(Matrix<double> Weight, Vector<double> Bias);

public sealed record MatMulCount(int Products, long Multiplications);

public static class LogicalAndPhysicalHeads
{
    public static Tensor<double> SplitLogical(Tensor<double> projected, int heads)
    {
        if (projected.Rank != 2)
        {
            throw new ArgumentException("two axes, please");
        }

        var (tokens, columns) = (projected.Lengths[0], projected.Lengths[1]);
        if (heads <= 0 || columns % heads != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(heads));
        }

        if (tokens == 1)
        {
            // One token: its row is the heads one after the other already.
            return projected.Squeeze().Reshape([heads, 1, columns / heads]);
        }

        return projected.Reshape([tokens, heads, columns / heads]).PermuteDimensions([1, 0, 2]);
    }

    public static Tensor<double> MergeLogical(Tensor<double> heads)
    {
        if (heads.Rank != 3)
        {
            throw new ArgumentException("three axes, please");
        }

        var (count, tokens, dimension) = (heads.Lengths[0], heads.Lengths[1], heads.Lengths[2]);
        var merged = Tensor.CreateFromShape<double>([tokens, count * dimension]);
        for (nint head = 0; head < count; head++)
        {
            for (nint token = 0; token < tokens; token++)
            {
                for (nint column = 0; column < dimension; column++)
                {
                    merged[token, (head * dimension) + column] = heads[head, token, column];
                }
            }
        }

        return merged;
    }

    public static IReadOnlyList<Linear> SplitPhysical(Linear fused, int heads)
    {
        if (heads <= 0 || fused.Bias.Count % heads != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(heads));
        }

        var dimension = fused.Bias.Count / heads;
        var layers = new Linear[heads];
        for (var head = 0; head < heads; head++)
        {
            var weight = Matrix<double>.Build.Dense(fused.Weight.RowCount, dimension);
            var bias = Vector<double>.Build.Dense(dimension);
            for (var column = 0; column < dimension; column++)
            {
                bias[column] = fused.Bias[(head * dimension) + column];
                for (var row = 0; row < weight.RowCount; row++)
                {
                    weight[row, column] = fused.Weight[row, (head * dimension) + column];
                }
            }

            layers[head] = new Linear(weight, bias);
        }

        return layers;
    }

    public static Linear MergePhysical(IReadOnlyList<Linear> heads)
    {
        Check(heads);
        var (inputs, dimension) = (heads[0].Weight.RowCount, heads[0].Weight.ColumnCount);
        var weight = Matrix<double>.Build.Dense(inputs, heads.Count * dimension);
        var bias = Vector<double>.Build.Dense(heads.Count * dimension);
        for (var column = 0; column < bias.Count; column++)
        {
            var head = heads[column / dimension];
            bias[column] = head.Bias[column % dimension];
            for (var row = 0; row < inputs; row++)
            {
                weight[row, column] = head.Weight[row, column % dimension];
            }
        }

        return new Linear(weight, bias);
    }

    public static Tensor<double> ProjectLogical(
        Matrix<double> inputs, Linear fused, int heads, Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply)
    {
        var product = multiply(inputs, fused.Weight);
        var projected = Tensor.CreateFromShape<double>([product.RowCount, product.ColumnCount]);
        for (var row = 0; row < product.RowCount; row++)
        {
            for (var column = 0; column < product.ColumnCount; column++)
            {
                projected[row, column] = product[row, column] + fused.Bias[column];
            }
        }

        return SplitLogical(projected, heads);
    }

    public static Tensor<double> ProjectPhysical(
        Matrix<double> inputs, IReadOnlyList<Linear> heads, Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply)
    {
        Check(heads);
        var results = Tensor.CreateFromShape<double>([heads.Count, inputs.RowCount, heads[0].Bias.Count]);
        for (var head = 0; head < heads.Count; head++)
        {
            var product = multiply(inputs, heads[head].Weight);
            for (var row = 0; row < product.RowCount; row++)
            {
                for (var column = 0; column < product.ColumnCount; column++)
                {
                    results[head, row, column] = product[row, column] + heads[head].Bias[column];
                }
            }
        }

        return results;
    }

    public static MatMulCount CountMatMuls(Action<Func<Matrix<double>, Matrix<double>, Matrix<double>>> computation)
    {
        var count = new MatMulCount(0, 0);
        Matrix<double> Multiply(Matrix<double> left, Matrix<double> right)
        {
            var cost = (long)left.RowCount * right.RowCount * right.ColumnCount;
            count = new MatMulCount(count.Products + 1, count.Multiplications + cost);
            return left.Multiply(right);
        }

        computation(Multiply);
        return count;
    }

    private static void Check(IReadOnlyList<Linear> heads)
    {
        if (heads.Count == 0)
        {
            throw new ArgumentException("no head");
        }

        foreach (var head in heads)
        {
            if (head.Weight.RowCount != heads[0].Weight.RowCount || head.Weight.ColumnCount != heads[0].Weight.ColumnCount)
            {
                throw new ArgumentException("heads of different shapes");
            }
        }
    }
}
