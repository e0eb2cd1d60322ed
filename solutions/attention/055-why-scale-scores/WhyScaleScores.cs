namespace Kata055;

/// <summary>
/// Why attention divides its scores by √dK: what happens to their variance, to the gradient of the softmax and
/// to the entropy of the weights when it does not. Source: Vaswani et al. 2017, section 3.2.1 (arXiv:1706.03762).
/// </summary>
public static class WhyScaleScores
{
    /// <summary>Task 1. The population variance of all raw scores q·k.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>The mean squared distance of all n·m scores, not scaled, from their mean, which may lie far from zero.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    public static double ScoreVariance([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        var scores = RawScores(queries, keys).Enumerate().ToArray();
        var mean = scores.Average();
        return scores.Average(score => (score - mean) * (score - mean));
    }

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys) =>
        RawScores(queries, keys) / Math.Sqrt(queries.ColumnCount);

    /// <summary>Task 2. Attention: for each query the mean of the values, weighted by the softmax of its scaled scores.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <param name="values">One value per key; their dimension may differ from dK.</param>
    /// <returns>One output per query, whatever the size of its scores and of the other queries' scores.</returns>
    /// <exception cref="ArgumentException">Dimensions of queries and keys differ, or the numbers of keys and values.</exception>
    [return: Shape("n", "dV")]
    public static Matrix<double> Attend(
        [Shape("n", "dK")] Matrix<double> queries,
        [Shape("m", "dK")] Matrix<double> keys,
        [Shape("m", "dV")] Matrix<double> values)
    {
        if (keys.RowCount != values.RowCount)
        {
            throw new ArgumentException($"{keys.RowCount} keys but {values.RowCount} values: each key needs its value.", nameof(values));
        }

        var weights = Matrix<double>.Build.DenseOfRowVectors(ScaledScores(queries, keys).EnumerateRows().Select(Softmax));
        return weights * values;
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: a row near 1000 must not overflow, one near −1000 not vanish.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j, to six digits also where one weight is nearly 1.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        var weights = Softmax(logits);
        return Matrix<double>.Build.DenseOfDiagonalVector(weights) - weights.OuterProduct(weights);
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores, of any size as above.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        double diagonal = 0, pairs = 0, squaresBefore = 0;
        foreach (var weight in Softmax(logits))
        {
            diagonal += Math.Pow(weight * (1 - weight), 2);
            pairs += weight * weight * squaresBefore;
            squaresBefore += weight * weight;
        }

        return Math.Sqrt(diagonal + (2 * pairs));
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights) =>
        Vector<double>.Build.DenseOfEnumerable(
            weights.EnumerateRows().Select(row => row.Sum(weight => weight == 0 ? 0 : -weight * Math.Log(weight))));

    private static Matrix<double> RawScores(Matrix<double> queries, Matrix<double> keys) =>
        queries.ColumnCount == keys.ColumnCount
            ? queries.TransposeAndMultiply(keys)
            : throw new ArgumentException(
                $"Queries have dimension {queries.ColumnCount}, keys {keys.ColumnCount}: a dot product needs the same.", nameof(keys));

    private static Vector<double> Softmax(Vector<double> logits)
    {
        var exponentials = (logits - logits.Maximum()).PointwiseExp();
        return exponentials / exponentials.Sum();
    }
}
