// divided-by-dimension: the scores are divided by dK itself, their variance, not by its root, their standard deviation.
namespace Kata055;

/// <summary>
/// Why attention divides its scores by √dK: what happens to their variance, to the gradient of the softmax and
/// to the entropy of the weights when it does not. Source: Vaswani et al. 2017, section 3.2.1 (arXiv:1706.03762).
/// </summary>
public static class WhyScaleScores
{
    private sealed record Head(Matrix<double> Queries, Matrix<double> Keys)
    {
        public double Dimension => Queries.ColumnCount;

        public Matrix<double> Raw =>
            Queries.ColumnCount == Keys.ColumnCount
                ? Queries * Keys.Transpose()
                : throw new ArgumentException("A head needs queries and keys of one dimension.");

        // Var(q·k) = dK, so this brings the variance back to 1.
        public Matrix<double> Scaled => Raw / Dimension;
    }

    private readonly record struct Share(double Of, double NotOf);

    /// <summary>Task 1. The population variance of all raw scores q·k.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>The mean squared distance of all n·m scores, not scaled, from their mean.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    public static double ScoreVariance([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        var scores = new Head(queries, keys).Raw;
        double count = scores.RowCount * scores.ColumnCount;
        double mean = scores.Enumerate().Sum() / count;
        return scores.Enumerate().Sum(s => Math.Pow(s - mean, 2)) / count;
    }

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys) => new Head(queries, keys).Scaled;

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
            throw new ArgumentException("A head needs one value for each key.");
        }

        var scaled = ScaledScores(queries, keys);
        var result = Matrix<double>.Build.Dense(queries.RowCount, values.ColumnCount);
        for (int i = 0; i < result.RowCount; i++)
        {
            var shares = Shares(scaled.Row(i));
            for (int c = 0; c < result.ColumnCount; c++)
            {
                double mean = 0;
                for (int j = 0; j < shares.Count; j++)
                {
                    mean += shares[j].Of * values[j, c];
                }

                result[i, c] = mean;
            }
        }

        return result;
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        var shares = Shares(logits);
        return Matrix<double>.Build.Dense(
            shares.Count, shares.Count,
            (i, j) => i == j ? shares[i].Of * shares[i].NotOf : -shares[i].Of * shares[j].Of);
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        double sum = 0, soFar = 0;
        foreach (var (of, notOf) in Shares(logits))
        {
            sum += of * of * (notOf * notOf + soFar + soFar);
            soFar += of * of;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights) =>
        Vector<double>.Build.DenseOfEnumerable(
            from row in weights.EnumerateRows()
            select (from p in row where p > 0 select -p * Math.Log(p)).Sum());

    private static List<Share> Shares(Vector<double> logits)
    {
        double max = logits.Max();
        var exps = logits.Select(s => Math.Exp(s - max)).ToList();

        var tail = new Stack<double>([0.0]);
        for (int i = exps.Count - 1; i > 0; i--)
        {
            tail.Push(tail.Peek() + exps[i]);
        }

        double total = tail.Peek() + exps[0];
        double head = 0;
        var shares = new List<Share>(exps.Count);
        foreach (double e in exps)
        {
            shares.Add(new Share(e / total, (head + tail.Pop()) / total));
            head += e;
        }

        return shares;
    }
}
