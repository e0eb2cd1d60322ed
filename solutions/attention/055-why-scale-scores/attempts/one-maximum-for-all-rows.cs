// one-maximum-for-all-rows: Attend subtracts the maximum of the whole score matrix from each row, so a row far below it becomes 0/0.
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
    /// <returns>The mean squared distance of all n·m scores, not scaled, from their mean.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    public static double ScoreVariance([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        ThrowIfDifferent(queries.ColumnCount, keys.ColumnCount, nameof(keys));
        ReadOnlySpan<double> s = queries.TransposeAndMultiply(keys).ToColumnMajorArray();
        double mean = TensorPrimitives.Sum<double>(s) / s.Length;
        double sum = 0;
        foreach (double x in s)
            sum += (x - mean) * (x - mean);
        return sum / s.Length;
    }

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        ThrowIfDifferent(queries.ColumnCount, keys.ColumnCount, nameof(keys));
        return (keys.TransposeAndMultiply(queries) * (1 / Math.Sqrt(queries.ColumnCount))).Transpose();
    }

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
        ThrowIfDifferent(keys.RowCount, values.RowCount, nameof(values));
        Matrix<double> scores = ScaledScores(queries, keys);

        double max = TensorPrimitives.Max<double>(scores.ToColumnMajorArray());
        Matrix<double> weights = Matrix<double>.Build.Dense(
            scores.RowCount, scores.ColumnCount, (i, j) => Math.Exp(scores[i, j] - max));

        Vector<double> sums = weights.RowSums();
        Matrix<double> output = weights * values;
        return Matrix<double>.Build.Dense(output.RowCount, output.ColumnCount, (i, c) => output[i, c] / sums[i]);
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        double[] p = Softmax(logits);
        Matrix<double> jacobian = Matrix<double>.Build.Dense(p.Length, p.Length);
        for (int i = 0; i < p.Length; i++)
        {
            jacobian[i, i] = p[i] * (1 - p[i]);
            for (int j = 0; j < i; j++)
                jacobian[i, j] = jacobian[j, i] = -p[i] * p[j];
        }
        return jacobian;
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        double[] p = Softmax(logits);
        Array.Sort(p);

        // smallest first, so that sums stay exact; only the last weight can be close to 1
        Span<double> small = p.AsSpan(0, p.Length - 1);
        double last = p[^1];
        double rest = TensorPrimitives.Sum<double>(small);

        double below = 0, total = 0;
        foreach (double x in small)
        {
            double xx = x * x;
            total += xx * (1 - x) * (1 - x) + 2 * xx * below;
            below += xx;
        }
        total += last * last * (rest * rest + 2 * below);
        return Math.Sqrt(total);
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights)
    {
        Vector<double> entropy = Vector<double>.Build.Dense(weights.RowCount);
        foreach ((int row, int _, double p) in weights.EnumerateIndexed())
        {
            if (p > 0)
                entropy[row] -= p * Math.Log(p);
        }
        return entropy;
    }

    private static double[] Softmax(Vector<double> logits)
    {
        double[] p = logits.ToArray();
        TensorPrimitives.Subtract<double>(p, TensorPrimitives.Max<double>(p), p);
        TensorPrimitives.Exp<double>(p, p);
        TensorPrimitives.Divide<double>(p, TensorPrimitives.Sum<double>(p), p);
        return p;
    }

    private static void ThrowIfDifferent(int expected, int actual, string name)
    {
        if (expected != actual)
            throw new ArgumentException($"Expected {expected}, but was {actual}.", name);
    }
}
