// sample-variance: it takes the sample variance, which divides by n·m − 1, not the population variance, which divides by n·m.
using MathNet.Numerics.Statistics;

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
    public static double ScoreVariance([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys) =>
        Dot(queries, keys).Enumerate().Variance();

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys) =>
        Dot(queries, keys).Divide(Math.Sqrt(queries.ColumnCount));

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
            throw new ArgumentException("Each key needs its value.");

        var scores = ScaledScores(queries, keys);
        var weights = Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount);
        for (int i = 0; i < scores.RowCount; i++)
            weights.SetRow(i, Softmax(scores.Row(i)));
        return weights.Multiply(values);
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        var p = Softmax(logits);
        var jacobian = p.OuterProduct(p).Negate();
        jacobian.SetDiagonal(p - p.PointwiseMultiply(p));
        return jacobian;
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        var e = Softmax(logits);
        int top = e.MaximumIndex();

        var others = e.Clone();
        others[top] = 0;

        // the biggest weight: its diagonal entry and its pairs with all the others
        double norm2 = Math.Pow(e[top] * others.Sum(), 2) + 2 * Math.Pow(e[top], 2) * others.DotProduct(others);

        // the small ones among themselves
        double seen = 0;
        foreach (double p in others)
        {
            norm2 += Math.Pow(p * (1 - p), 2) + 2 * p * p * seen;
            seen += p * p;
        }

        return Math.Sqrt(norm2);
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights) =>
        Vector<double>.Build.Dense(weights.RowCount, i => -weights.Row(i).Sum(p => p > 0 ? p * Math.Log(p) : 0));

    private static Matrix<double> Dot(Matrix<double> queries, Matrix<double> keys)
    {
        if (queries.ColumnCount != keys.ColumnCount)
            throw new ArgumentException("Queries and keys live in different spaces.");
        return queries.TransposeAndMultiply(keys);
    }

    private static Vector<double> Softmax(Vector<double> s)
    {
        var e = s.Subtract(s.Maximum()).PointwiseExp();
        return e.Divide(e.Sum());
    }
}
