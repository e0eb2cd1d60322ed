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
        var scores = RawScores(queries, keys);
        var count = (double)scores.RowCount * scores.ColumnCount;
        var mean = scores.Enumerate().Sum() / count;
        return scores.Enumerate().Sum(s => (s - mean) * (s - mean)) / count;
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
    /// <returns>One output per query.</returns>
    /// <exception cref="ArgumentException">Dimensions of queries and keys differ, or the numbers of keys and values.</exception>
    [return: Shape("n", "dV")]
    public static Matrix<double> Attend(
        [Shape("n", "dK")] Matrix<double> queries,
        [Shape("m", "dK")] Matrix<double> keys,
        [Shape("m", "dV")] Matrix<double> values)
    {
        if (keys.RowCount != values.RowCount)
        {
            throw new ArgumentException($"{keys.RowCount} keys, but {values.RowCount} values.", nameof(values));
        }

        var weights = ScaledScores(queries, keys);
        for (var i = 0; i < weights.RowCount; i++)
        {
            weights.SetRow(i, Softmax(weights.Row(i)).P);
        }

        return weights * values;
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        var (p, complement) = Softmax(logits);
        return Matrix<double>.Build.Dense(p.Count, p.Count, (i, j) => i == j ? p[i] * complement[i] : -p[i] * p[j]);
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        var (p, complement) = Softmax(logits);
        var squares = 0.0;
        var seen = 0.0;
        for (var i = 0; i < p.Count; i++)
        {
            var square = p[i] * p[i];
            squares += square * complement[i] * complement[i] + 2 * square * seen;
            seen += square;
        }

        return Math.Sqrt(squares);
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights) =>
        Vector<double>.Build.Dense(weights.RowCount, i => weights.Row(i).Enumerate().Sum(p => p > 0 ? -p * Math.Log(p) : 0.0));

    private static Matrix<double> RawScores(Matrix<double> queries, Matrix<double> keys)
    {
        if (queries.ColumnCount != keys.ColumnCount)
        {
            throw new ArgumentException($"Queries have dimension {queries.ColumnCount}, keys {keys.ColumnCount}.", nameof(keys));
        }

        return queries.TransposeAndMultiply(keys);
    }

    // P is the softmax, Complement is 1 - P; for the largest weight it is summed from the others, so that no digit cancels.
    private static (Vector<double> P, Vector<double> Complement) Softmax(Vector<double> logits)
    {
        var top = logits.MaximumIndex();
        var max = logits[top];
        var exps = Vector<double>.Build.Dense(logits.Count, i => Math.Exp(logits[i] - max));
        var rest = 0.0;
        for (var i = 0; i < exps.Count; i++)
        {
            if (i != top)
            {
                rest += exps[i];
            }
        }

        var total = exps[top] + rest;
        var p = exps / total;
        return (p, Vector<double>.Build.Dense(p.Count, i => i == top ? rest / total : 1 - p[i]));
    }
}
