namespace Kata052;

/// <summary>
/// How much of a token's attention goes to the token itself, and what locality self-attention does about it: no
/// token sees itself, and the temperature is learned. Source: Lee et al. 2021 (arXiv:2112.13492).
/// </summary>
public static class AttentionToSelf
{
    /// <summary>Task 1. The weights of scaled dot-product self-attention.</summary>
    /// <param name="queries">One query per token.</param>
    /// <param name="keys">One key per token, of the queries' dimension.</param>
    /// <returns>Row i: how token i distributes its attention over all tokens, itself among them.</returns>
    /// <exception cref="ArgumentException">Queries and keys differ in shape.</exception>
    [return: Shape("n", "n")]
    public static Matrix<double> Weights([Shape("n", "dK")] Matrix<double> queries, [Shape("n", "dK")] Matrix<double> keys) =>
        SoftmaxRows(Scores(queries, keys) / Math.Sqrt(keys.ColumnCount));

    /// <summary>Task 1. The mean of what the tokens keep for themselves.</summary>
    /// <param name="weights">Self-attention weights, one row per token.</param>
    /// <returns>Between 0 and 1; 1/n for attention that is spread evenly.</returns>
    /// <exception cref="ArgumentException">The matrix is not square.</exception>
    public static double MeanSelfWeight([Shape("n", "n")] Matrix<double> weights) =>
        weights.RowCount == weights.ColumnCount
            ? weights.Diagonal().Average()
            : throw new ArgumentException($"Self-attention weights are square, not {weights.RowCount} × {weights.ColumnCount}.", nameof(weights));

    /// <summary>Task 2. The weights when no token can see itself.</summary>
    /// <param name="queries">One query per token.</param>
    /// <param name="keys">One key per token, of the queries' dimension.</param>
    /// <returns>Zeros on the diagonal; every row sums to 1, except that a token alone has nothing to see: its row is 0.</returns>
    /// <exception cref="ArgumentException">Queries and keys differ in shape.</exception>
    [return: Shape("n", "n")]
    public static Matrix<double> DiagonalMasked([Shape("n", "dK")] Matrix<double> queries, [Shape("n", "dK")] Matrix<double> keys) =>
        MaskedWeights(queries, keys, Math.Sqrt(keys.ColumnCount));

    /// <summary>Task 3. Locality self-attention: the diagonal masked, the scores divided by a learned temperature.</summary>
    /// <param name="queries">One query per token.</param>
    /// <param name="keys">One key per token, of the queries' dimension.</param>
    /// <param name="values">One value per token; their dimension may differ from dK.</param>
    /// <param name="temperature">Above 0, in the place of √dK.</param>
    /// <returns>One output per token.</returns>
    /// <exception cref="ArgumentException">Queries and keys differ in shape, or values in number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not above 0.</exception>
    [return: Shape("n", "dV")]
    public static Matrix<double> LocalityAttention(
        [Shape("n", "dK")] Matrix<double> queries,
        [Shape("n", "dK")] Matrix<double> keys,
        [Shape("n", "dV")] Matrix<double> values,
        double temperature)
    {
        RequireFit(keys, values, temperature);
        return MaskedWeights(queries, keys, temperature) * values;
    }

    /// <summary>Task 4. How the loss moves with the temperature of <see cref="LocalityAttention"/>.</summary>
    /// <param name="queries">One query per token.</param>
    /// <param name="keys">One key per token, of the queries' dimension.</param>
    /// <param name="values">One value per token.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="upstream">The gradient of the loss with respect to the output.</param>
    /// <returns>The derivative of the loss with respect to the temperature.</returns>
    /// <exception cref="ArgumentException">As in <see cref="LocalityAttention"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not above 0.</exception>
    public static double TemperatureGradient(
        [Shape("n", "dK")] Matrix<double> queries,
        [Shape("n", "dK")] Matrix<double> keys,
        [Shape("n", "dV")] Matrix<double> values,
        double temperature,
        [Shape("n", "dV")] Matrix<double> upstream)
    {
        RequireFit(keys, values, temperature);
        var weights = MaskedWeights(queries, keys, temperature);
        var weightGradient = upstream.TransposeAndMultiply(values);
        var means = weights.PointwiseMultiply(weightGradient).RowSums();
        var logitGradient = weights.PointwiseMultiply(weightGradient.MapIndexed((i, _, gradient) => gradient - means[i]));
        return -logitGradient.PointwiseMultiply(Scores(queries, keys)).RowSums().Sum() / (temperature * temperature);
    }

    private static Matrix<double> Scores(Matrix<double> queries, Matrix<double> keys) =>
        (queries.RowCount, queries.ColumnCount) == (keys.RowCount, keys.ColumnCount)
            ? queries.TransposeAndMultiply(keys)
            : throw new ArgumentException(
                $"Queries are {queries.RowCount} × {queries.ColumnCount}, keys {keys.RowCount} × {keys.ColumnCount}: in self-attention they agree.",
                nameof(keys));

    private static Matrix<double> MaskedWeights(Matrix<double> queries, Matrix<double> keys, double temperature) =>
        SoftmaxRows((Scores(queries, keys) / temperature).MapIndexed((i, j, score) => i == j ? double.NegativeInfinity : score));

    private static Matrix<double> SoftmaxRows(Matrix<double> logits) =>
        Matrix<double>.Build.DenseOfRowVectors(logits.EnumerateRows().Select(row =>
        {
            var greatest = row.Maximum();
            if (double.IsNegativeInfinity(greatest))
            {
                return Vector<double>.Build.Dense(row.Count);
            }

            var exponentials = (row - greatest).PointwiseExp();
            return exponentials / exponentials.Sum();
        }));

    private static void RequireFit(Matrix<double> keys, Matrix<double> values, double temperature)
    {
        if (keys.RowCount != values.RowCount)
        {
            throw new ArgumentException($"{keys.RowCount} keys but {values.RowCount} values: each token has one of each.", nameof(values));
        }

        if (!(temperature > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "A temperature is above 0.");
        }
    }
}
