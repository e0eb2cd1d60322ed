namespace Kata050;

public sealed record Projections(Matrix<double> Query, Matrix<double> Key);

/// <summary>Arrays and loops; in the backward pass the mean under the weights is taken as upstream · output.</summary>
public static class LearningAttentionWeights
{
    public static Matrix<double> SoftmaxBackward(Matrix<double> weights, Matrix<double> upstream)
    {
        Check(weights.RowCount == upstream.RowCount && weights.ColumnCount == upstream.ColumnCount);
        var gradient = Matrix<double>.Build.Dense(weights.RowCount, weights.ColumnCount);
        for (var i = 0; i < weights.RowCount; i++)
        {
            double mean = 0;
            for (var j = 0; j < weights.ColumnCount; j++)
            {
                mean += weights[i, j] * upstream[i, j];
            }

            for (var j = 0; j < weights.ColumnCount; j++)
            {
                gradient[i, j] = weights[i, j] * (upstream[i, j] - mean);
            }
        }

        return gradient;
    }

    public static Matrix<double> Weights(Matrix<double> queries, Matrix<double> keys, bool[,] mask)
    {
        Check(queries.ColumnCount == keys.ColumnCount);
        Check(mask.GetLength(0) == queries.RowCount && mask.GetLength(1) == keys.RowCount);
        var weights = Matrix<double>.Build.Dense(queries.RowCount, keys.RowCount);
        for (var i = 0; i < queries.RowCount; i++)
        {
            var highest = double.NegativeInfinity;
            for (var j = 0; j < keys.RowCount; j++)
            {
                if (mask[i, j])
                {
                    weights[i, j] = Dot(queries, i, keys, j) / Math.Sqrt(queries.ColumnCount);
                    highest = Math.Max(highest, weights[i, j]);
                }
            }

            double total = 0;
            for (var j = 0; j < keys.RowCount; j++)
            {
                if (mask[i, j])
                {
                    weights[i, j] = Math.Exp(weights[i, j] - highest);
                    total += weights[i, j];
                }
            }

            for (var j = 0; total > 0 && j < keys.RowCount; j++)
            {
                weights[i, j] /= total;
            }
        }

        return weights;
    }

    public static (Matrix<double> Queries, Matrix<double> Keys, Matrix<double> Values) AttentionBackward(
        Matrix<double> queries, Matrix<double> keys, Matrix<double> values, bool[,] mask, Matrix<double> upstream)
    {
        Check(keys.RowCount == values.RowCount && upstream.RowCount == queries.RowCount && upstream.ColumnCount == values.ColumnCount);
        var weights = Weights(queries, keys, mask);
        var output = weights * values;
        var queryGradient = Matrix<double>.Build.Dense(queries.RowCount, queries.ColumnCount);
        var keyGradient = Matrix<double>.Build.Dense(keys.RowCount, keys.ColumnCount);
        var valueGradient = Matrix<double>.Build.Dense(values.RowCount, values.ColumnCount);
        for (var i = 0; i < queries.RowCount; i++)
        {
            var mean = Dot(upstream, i, output, i);
            for (var j = 0; j < keys.RowCount; j++)
            {
                var push = weights[i, j] * (Dot(upstream, i, values, j) - mean) / Math.Sqrt(queries.ColumnCount);
                for (var k = 0; k < queries.ColumnCount; k++)
                {
                    queryGradient[i, k] += push * keys[j, k];
                    keyGradient[j, k] += push * queries[i, k];
                }

                for (var c = 0; c < values.ColumnCount; c++)
                {
                    valueGradient[j, c] += weights[i, j] * upstream[i, c];
                }
            }
        }

        return (queryGradient, keyGradient, valueGradient);
    }

    public static (Projections Learned, IReadOnlyList<double> Losses) TrainRetrieval(
        Matrix<double> questions, Matrix<double> entries, Matrix<double> values, Matrix<double> targets,
        Projections start, double learningRate, int steps)
    {
        Check(questions.ColumnCount == start.Query.RowCount && entries.ColumnCount == start.Key.RowCount);
        Check(entries.RowCount == values.RowCount && questions.RowCount == targets.RowCount && values.ColumnCount == targets.ColumnCount);
        if (steps < 0 || double.IsNaN(learningRate) || double.IsInfinity(learningRate) || learningRate <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(learningRate), "a positive rate and no negative number of steps, please");
        }

        var mask = new bool[questions.RowCount, entries.RowCount];
        for (var i = 0; i < questions.RowCount; i++)
        {
            for (var j = 0; j < entries.RowCount; j++)
            {
                mask[i, j] = true;
            }
        }

        var query = start.Query.Clone();
        var key = start.Key.Clone();
        var losses = new double[steps + 1];
        for (var step = 0; step <= steps; step++)
        {
            var error = Weights(questions * query, entries * key, mask) * values - targets;
            losses[step] = Math.Pow(error.FrobeniusNorm(), 2) / 2 / questions.RowCount;
            if (step < steps)
            {
                var (queryGradient, keyGradient, _) = AttentionBackward(questions * query, entries * key, values, mask, error);
                query = query - (questions.Transpose() * queryGradient * (learningRate / questions.RowCount));
                key = key - (entries.Transpose() * keyGradient * (learningRate / questions.RowCount));
            }
        }

        return (new Projections(query, key), losses);
    }

    private static double Dot(Matrix<double> left, int i, Matrix<double> right, int j)
    {
        double sum = 0;
        for (var k = 0; k < left.ColumnCount; k++)
        {
            sum += left[i, k] * right[j, k];
        }

        return sum;
    }

    private static void Check(bool fits)
    {
        if (!fits)
        {
            throw new ArgumentException("sizes do not fit");
        }
    }
}
