// logits-changed-in-place: the maximum is subtracted in the array that AsArray() shares with the vector, so the caller's logits change.
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
        if (queries.ColumnCount != keys.ColumnCount) throw new ArgumentException("dimension");
        var scores = new List<double>(queries.RowCount * keys.RowCount);
        for (int i = 0; i < queries.RowCount; ++i)
        {
            var q = queries.Row(i);
            for (int j = 0; j < keys.RowCount; ++j)
            {
                scores.Add(q.DotProduct(keys.Row(j)));
            }
        }
        double mean = scores.Sum() / scores.Count;
        double total = 0.0;
        scores.ForEach(s => total += (s - mean) * (s - mean));
        return total / scores.Count;
    }

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        if (queries.ColumnCount != keys.ColumnCount) throw new ArgumentException("dimension");
        var scaled = queries.TransposeAndMultiply(keys);
        return scaled.Divide(Math.Sqrt(keys.ColumnCount));
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
        if (queries.ColumnCount != keys.ColumnCount) throw new ArgumentException("dimension");
        if (keys.RowCount != values.RowCount) throw new ArgumentException("count");
        var scores = ScaledScores(queries, keys);
        var weights = Matrix<double>.Build.Dense(queries.RowCount, keys.RowCount);
        for (int i = 0; i < queries.RowCount; ++i)
        {
            var exp = ShiftedExponentials(scores.Row(i)); // Row(i) is a copy
            double sum = exp.Sum();
            for (int j = 0; j < exp.Length; ++j) weights[i, j] = exp[j] / sum;
        }
        return weights * values;
    }

    private static double[] ShiftedExponentials(Vector<double> scores)
    {
        double[] raw = scores.AsArray() ?? scores.ToArray(); // no copy for dense vectors
        double max = raw.Max();
        double[] exp = new double[raw.Length];
        for (int i = 0; i < raw.Length; ++i)
        {
            raw[i] -= max;
            exp[i] = Math.Exp(raw[i]);
        }
        return exp;
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        var exp = ShiftedExponentials(logits);
        double sum = exp.Sum();
        var jacobian = Matrix<double>.Build.Dense(exp.Length, exp.Length);
        for (int i = 0; i < exp.Length; ++i)
        {
            for (int j = 0; j < exp.Length; ++j)
            {
                // quotient rule: (e_i)' Σ − e_i (Σ)' over Σ²
                double derivative = i == j ? exp[i] : 0.0;
                jacobian[i, j] = (derivative * sum - exp[i] * exp[j]) / (sum * sum);
            }
        }
        return jacobian;
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        var exp = ShiftedExponentials(logits);
        Array.Sort(exp);
        Array.Reverse(exp);

        // suffix[i]: everything smaller than exp[i]
        var suffix = new double[exp.Length + 1];
        for (int i = exp.Length - 1; i >= 0; --i) suffix[i] = suffix[i + 1] + exp[i];

        double larger = 0.0, squares = 0.0, norm = 0.0;
        for (int i = 0; i < exp.Length; ++i)
        {
            double e = exp[i], others = larger + suffix[i + 1];
            norm += e * others * e * others + 2.0 * squares * e * e;
            larger += e;
            squares += e * e;
        }
        return Math.Sqrt(norm) / (larger * larger);
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights)
    {
        var entropies = new double[weights.RowCount];
        for (int i = 0; i < weights.RowCount; ++i)
        {
            foreach (double p in weights.Row(i).Where(x => x > 0.0)) entropies[i] += p * -Math.Log(p);
        }
        return Vector<double>.Build.DenseOfArray(entropies);
    }
}
