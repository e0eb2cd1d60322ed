// pairs-counted-once: JacobianNorm adds each pair i < j once, although both (i, j) and (j, i) stand in the matrix.
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
        // Welford over all pairs of query and key
        int seen = 0;
        double mean = 0, squares = 0;
        foreach (Vector<double> q in SameDimension(queries, keys).EnumerateRows())
        {
            foreach (Vector<double> k in keys.EnumerateRows())
            {
                double delta = q * k - mean;
                mean += delta / ++seen;
                squares += delta * (q * k - mean);
            }
        }

        return squares / seen;
    }

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        Matrix<double> unit = SameDimension(queries, keys).Divide(Math.Sqrt(keys.ColumnCount));
        return unit.TransposeAndMultiply(keys);
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
        if (!(keys.RowCount == values.RowCount))
        {
            throw new ArgumentException($"Got {values.RowCount} values for {keys.RowCount} keys.", nameof(values));
        }

        Matrix<double> scores = ScaledScores(queries, keys);
        return Matrix<double>.Build.DenseOfRowVectors(Outputs());

        IEnumerable<Vector<double>> Outputs()
        {
            foreach (Vector<double> row in scores.EnumerateRows())
            {
                (double[] p, _) = Weights(row);
                yield return values.LeftMultiply(Vector<double>.Build.Dense(p));
            }
        }
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        (double[] p, double[] q) = Weights(logits);
        return Matrix<double>.Build.Dense(p.Length, p.Length, Entry);

        double Entry(int i, int j) => i == j ? p[i] * q[i] : -p[i] * p[j];
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        (double[] p, double[] q) = Weights(logits);
        double diagonal = 0, pairs = 0, squaresSoFar = 0;
        for (int i = p.Length - 1; i >= 0; i--)
        {
            diagonal += Sq(p[i] * q[i]);
            pairs += Sq(p[i]) * squaresSoFar;
            squaresSoFar += Sq(p[i]);
        }

        return Math.Sqrt(diagonal + pairs);

        static double Sq(double x) => x * x;
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights)
    {
        return Vector<double>.Build.Dense(weights.RowCount, OfRow);

        double OfRow(int i)
        {
            double h = 0;
            for (int j = 0; j < weights.ColumnCount; j++)
            {
                h -= XLogX(weights[i, j]);
            }

            return h;
        }

        static double XLogX(double x) => x switch
        {
            <= 0 => 0,
            _ => x * Math.Log(x),
        };
    }

    private static Matrix<double> SameDimension(Matrix<double> queries, Matrix<double> keys) =>
        queries.ColumnCount == keys.ColumnCount
            ? queries
            : throw new ArgumentException($"dK is {queries.ColumnCount} or {keys.ColumnCount}?", nameof(queries));

    /// <summary>p and 1 − p, the latter as a sum of the other weights.</summary>
    private static (double[] P, double[] Tail) Weights(Vector<double> s)
    {
        double max = s.Max();
        double[] p = [.. s.Select(x => Math.Exp(x - max))];
        double[] rest = new double[p.Length];
        double left = 0, right = 0;
        for (int i = 0, j = p.Length - 1; j >= 0; i++, j--)
        {
            rest[i] += left;
            rest[j] += right;
            left += p[i];
            right += p[j];
        }

        for (int i = 0; i < p.Length; i++)
        {
            p[i] /= left;
            rest[i] /= left;
        }

        return (p, rest);
    }
}
