namespace Kata052;

public static class AttentionToSelf
{
    public static Matrix<double> Weights(Matrix<double> queries, Matrix<double> keys) =>
        Attention(queries, keys, Math.Pow(queries.ColumnCount, 0.5), seesItself: true);

    public static double MeanSelfWeight(Matrix<double> weights)
    {
        if (weights.RowCount != weights.ColumnCount)
        {
            throw new ArgumentException("not square");
        }

        return weights.Trace() / weights.RowCount;
    }

    public static Matrix<double> DiagonalMasked(Matrix<double> queries, Matrix<double> keys) =>
        Attention(queries, keys, Math.Pow(queries.ColumnCount, 0.5), seesItself: false);

    public static Matrix<double> LocalityAttention(Matrix<double> queries, Matrix<double> keys, Matrix<double> values, double temperature)
    {
        Guard(keys, values, temperature);
        return Attention(queries, keys, temperature, seesItself: false).Multiply(values);
    }

    public static double TemperatureGradient(
        Matrix<double> queries, Matrix<double> keys, Matrix<double> values, double temperature, Matrix<double> upstream)
    {
        Guard(keys, values, temperature);
        var weights = Attention(queries, keys, temperature, seesItself: false);
        var output = weights * values;
        double gradient = 0;
        for (var i = 0; i < weights.RowCount; i++)
        {
            for (var j = 0; j < weights.ColumnCount; j++)
            {
                // The mean of the weight gradients of a row is the upstream gradient along the row's output.
                var logitGradient = weights[i, j] * upstream.Row(i).DotProduct(values.Row(j) - output.Row(i));
                var score = queries.Row(i).DotProduct(keys.Row(j));
                gradient -= logitGradient * score / temperature / temperature;
            }
        }

        return gradient;
    }

    private static Matrix<double> Attention(Matrix<double> queries, Matrix<double> keys, double temperature, bool seesItself)
    {
        var n = queries.RowCount;
        if (n != keys.RowCount || queries.ColumnCount != keys.ColumnCount)
        {
            throw new ArgumentException("queries and keys");
        }

        var weights = Matrix<double>.Build.Dense(n, n);
        for (var i = 0; i < n; i++)
        {
            var others = Enumerable.Range(0, n).Where(j => seesItself || j != i).ToArray();
            if (others.Length == 0)
            {
                continue;
            }

            var scores = others.Select(j => queries.Row(i) * keys.Row(j) / temperature).ToArray();
            var top = scores.Max();
            var total = scores.Sum(score => Math.Exp(score - top));
            for (var k = 0; k < others.Length; k++)
            {
                weights[i, others[k]] = Math.Exp(scores[k] - top) / total;
            }
        }

        return weights;
    }

    private static void Guard(Matrix<double> keys, Matrix<double> values, double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        ArgumentOutOfRangeException.ThrowIfNotEqual(double.IsNaN(temperature), false, nameof(temperature));
        if (values.RowCount != keys.RowCount)
        {
            throw new ArgumentException("values");
        }
    }
}
