// mean-not-subtracted: it takes the mean of the scores to be 0, as in the theory, and returns their mean square.
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
        Matrix<double> scores = Score(queries, keys);
        double squares = 0;
        int row = -1;
        while (++row < scores.RowCount)
        {
            int column = -1;
            while (++column < scores.ColumnCount)
            {
                // q and k have mean 0, so q·k has mean 0, so Var = E[s²]
                squares += scores[row, column] * scores[row, column];
            }
        }

        return squares / (scores.RowCount * scores.ColumnCount);
    }

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        return Score(queries, keys) / Math.Sqrt(keys.ColumnCount);
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
        if (values.RowCount != keys.RowCount)
        {
            throw new ArgumentException("number of values");
        }

        Matrix<double> scores = ScaledScores(queries, keys);
        Matrix<double> output = Matrix<double>.Build.Dense(queries.RowCount, values.ColumnCount);
        int query = queries.RowCount;
        while (query-- > 0)
        {
            double biggest = scores.Row(query).Maximum();
            double sum = 0;
            Vector<double> mix = Vector<double>.Build.Dense(values.ColumnCount);
            int key = keys.RowCount;
            while (key-- > 0)
            {
                double weight = Math.Exp(scores[query, key] - biggest);
                if (weight == 0)
                {
                    continue;
                }

                sum += weight;
                mix += weight * values.Row(key);
            }

            output.SetRow(query, mix / sum);
        }

        return output;
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        double[] w = Unnormalised(logits, out int top, out double rest);
        double z = w[top] + rest;
        Matrix<double> jacobian = Matrix<double>.Build.Dense(w.Length, w.Length);
        int i = -1;
        while (++i < w.Length)
        {
            int j = -1;
            while (++j < w.Length)
            {
                if (i != j)
                {
                    jacobian[i, j] = -(w[i] / z) * (w[j] / z);
                    continue;
                }

                double other = i == top ? rest : z - w[i];
                jacobian[i, i] = (w[i] / z) * (other / z);
            }
        }

        return jacobian;
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        double[] w = Unnormalised(logits, out int top, out double rest);
        double z = w[top] + rest;
        double sum = rest * rest;
        double seen = 1;
        int i = -1;
        while (++i < w.Length)
        {
            if (i == top)
            {
                continue;
            }

            double square = w[i] * w[i];
            double other = z - w[i];
            sum += square * (other * other + 2 * seen);
            seen += square;
        }

        return Math.Sqrt(sum) / (z * z);
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights) =>
        throw new NotImplementedException("Task 4: minus the sum of p ln p along each row; think of p = 0.");

    private static Matrix<double> Score(Matrix<double> queries, Matrix<double> keys)
    {
        if (queries.ColumnCount != keys.ColumnCount)
        {
            throw new ArgumentException("dimension of queries and keys");
        }

        return queries * keys.Transpose();
    }

    // Relative to the biggest logit, whose own weight is 1; rest is what all the others add up to.
    private static double[] Unnormalised(Vector<double> logits, out int top, out double rest)
    {
        top = 0;
        int i = 0;
        while (++i < logits.Count)
        {
            if (logits[i] <= logits[top])
            {
                continue;
            }

            top = i;
        }

        double[] w = new double[logits.Count];
        rest = 0;
        i = -1;
        while (++i < w.Length)
        {
            if (i == top)
            {
                w[i] = 1;
                continue;
            }

            w[i] = Math.Exp(logits[i] - logits[top]);
            rest += w[i];
        }

        return w;
    }
}
