namespace Kata052;

public static class AttentionToSelf
{
    public static Matrix<double> Weights(Matrix<double> queries, Matrix<double> keys) =>
        Normalize(Logits(queries, keys, 1 / Math.Sqrt(queries.ColumnCount)));

    public static double MeanSelfWeight(Matrix<double> weights)
    {
        if (weights.RowCount == weights.ColumnCount)
        {
            return Enumerable.Range(0, weights.RowCount).Select(i => weights[i, i]).Sum() / weights.RowCount;
        }

        throw new ArgumentException("a square matrix, please");
    }

    public static Matrix<double> DiagonalMasked(Matrix<double> queries, Matrix<double> keys) =>
        Normalize(WithoutDiagonal(Logits(queries, keys, 1 / Math.Sqrt(queries.ColumnCount))));

    public static Matrix<double> LocalityAttention(Matrix<double> queries, Matrix<double> keys, Matrix<double> values, double temperature)
    {
        if (temperature is not > 0)
        {
            throw new ArgumentOutOfRangeException(nameof(temperature));
        }

        return values.RowCount == queries.RowCount
            ? Normalize(WithoutDiagonal(Logits(queries, keys, 1 / temperature))) * values
            : throw new ArgumentException(nameof(values));
    }

    // With b = 1/T: dL/db = Σ_i Σ_j p_ij (s_ij − mean_i(s)) g_ij, a covariance under each row's weights; dL/dT = −b² dL/db.
    public static double TemperatureGradient(
        Matrix<double> queries, Matrix<double> keys, Matrix<double> values, double temperature, Matrix<double> upstream)
    {
        var output = LocalityAttention(queries, keys, values, temperature);
        var inverse = 1 / temperature;
        var weights = Normalize(WithoutDiagonal(Logits(queries, keys, inverse)));
        var scores = Logits(queries, keys, 1);
        var meanScores = weights.PointwiseMultiply(scores).RowSums();
        var centred = Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount, (i, j) => weights[i, j] * (scores[i, j] - meanScores[i]));
        var derivativeOfOutput = centred * values;
        return -inverse * inverse * Enumerable.Range(0, output.RowCount).Sum(i => derivativeOfOutput.Row(i) * upstream.Row(i));
    }

    private static Matrix<double> Logits(Matrix<double> queries, Matrix<double> keys, double factor) =>
        queries.RowCount == keys.RowCount && queries.ColumnCount == keys.ColumnCount
            ? factor * queries * keys.Transpose()
            : throw new ArgumentException("queries and keys must have one shape", nameof(queries));

    private static Matrix<double> WithoutDiagonal(Matrix<double> logits)
    {
        var open = logits.Clone();
        open.SetDiagonal(Enumerable.Repeat(double.NegativeInfinity, logits.RowCount).ToArray());
        return open;
    }

    private static Matrix<double> Normalize(Matrix<double> logits)
    {
        var exponentials = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        for (var i = 0; i < logits.RowCount; i++)
        {
            var top = logits.Row(i).Maximum();
            for (var j = 0; j < logits.ColumnCount; j++)
            {
                exponentials[i, j] = double.IsNegativeInfinity(logits[i, j]) ? 0 : Math.Exp(logits[i, j] - top);
            }
        }

        var totals = exponentials.RowSums();
        return exponentials.MapIndexed((i, _, exponential) => totals[i] == 0 ? 0 : exponential / totals[i]);
    }
}
