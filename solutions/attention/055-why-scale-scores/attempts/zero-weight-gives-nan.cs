// zero-weight-gives-nan: Entropy computes p ln p for p = 0 as well, where 0 · (−∞) is NaN.
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
        var (count, sum) = Scores(queries, keys).Aggregate((N: 0, Sum: 0.0), (a, s) => (a.N + 1, a.Sum + s));
        return Scores(queries, keys).Aggregate(0.0, (a, s) => a + (s - sum / count) * (s - sum / count)) / count;
    }

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        var root = Math.Sqrt(queries.ColumnCount);
        var rows = Scores(queries, keys).Select(s => s / root).Chunk(keys.RowCount);
        return Matrix<double>.Build.DenseOfRowArrays(rows);
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
        return (queries, keys, values) switch
        {
            var (_, k, v) when k.RowCount != v.RowCount => throw new ArgumentException("Values do not match the keys."),
            var (q, k, v) => Weights(ScaledScores(q, k)) * v,
        };

        static Matrix<double> Weights(Matrix<double> s) =>
            Matrix<double>.Build.DenseOfRows(s.EnumerateRows().Select(r => Softmax(r).Select(w => w.P)));
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        var w = Softmax(logits);
        return Matrix<double>.Build.Dense(w.Length, w.Length, (i, j) => (w[i], w[j], i == j) switch
        {
            (var (p, q), _, true) => p * q,
            (var (p, _), var (r, _), false) => -p * r,
        });
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        var (total, _) = Softmax(logits).Aggregate(
            (Total: 0.0, Squares: 0.0),
            (a, w) => (
                a.Total + w.P * w.P * w.Tail * w.Tail + 2 * w.P * w.P * a.Squares,
                a.Squares + w.P * w.P));
        return Math.Sqrt(total);
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights) =>
        Vector<double>.Build.DenseOfEnumerable(
            weights.EnumerateRows().Select(row => row.Aggregate(0.0, (h, p) => h - p * Math.Log(p))));

    private static IEnumerable<double> Scores(Matrix<double> queries, Matrix<double> keys) =>
        (queries.ColumnCount - keys.ColumnCount) switch
        {
            0 => queries.EnumerateRows().SelectMany(q => keys.EnumerateRows().Select(k => q.DotProduct(k))),
            var gap => throw new ArgumentException($"Queries and keys are {Math.Abs(gap)} dimensions apart."),
        };

    /// <summary>Each weight p with 1 − p.</summary>
    private static (double P, double Tail)[] Softmax(Vector<double> s)
    {
        var max = s.Max();
        var e = s.Select(x => Math.Exp(x - max)).ToArray();
        var z = e.Sum();
        var top = Array.IndexOf(e, 1.0);
        var rest = e.Where((_, i) => i != top).Sum();
        return e.Select((x, i) => (x / z, i == top ? rest / z : 1 - x / z)).ToArray();
    }
}
