// epsilon-in-the-logarithm: Entropy adds 1e-8 inside the logarithm against ln 0, which lowers each entropy by about 1e-8 per nonzero weight.
namespace Kata055;

/// <summary>
/// Why attention divides its scores by √dK: what happens to their variance, to the gradient of the softmax and
/// to the entropy of the weights when it does not. Source: Vaswani et al. 2017, section 3.2.1 (arXiv:1706.03762).
/// </summary>
public static class WhyScaleScores
{
    private const double Epsilon = 1e-8;

    /// <summary>Task 1. The population variance of all raw scores q·k.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>The mean squared distance of all n·m scores, not scaled, from their mean.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    public static double ScoreVariance([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        EnsureEqual(queries.ColumnCount, keys.ColumnCount, "columns of queries and keys");
        Matrix<double> scores = queries.Multiply(keys.Transpose());
        double mean = scores.Enumerate().Average();
        Matrix<double> centred = scores.Subtract(mean);
        double norm = centred.FrobeniusNorm();
        return norm * norm / ((double)scores.RowCount * scores.ColumnCount);
    }

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        EnsureEqual(queries.ColumnCount, keys.ColumnCount, "columns of queries and keys");
        double dK = keys.ColumnCount;
        return queries.Multiply(keys.Transpose().Divide(Math.Sqrt(dK)));
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
        EnsureEqual(keys.RowCount, values.RowCount, "rows of keys and values");
        Matrix<double> scores = ScaledScores(queries, keys);
        Matrix<double> result = Matrix<double>.Build.Dense(scores.RowCount, values.ColumnCount);
        for (int i = 0; i < scores.RowCount; i++)
        {
            LogWeights row = new(scores.Row(i));
            for (int j = 0; j < row.Count; j++)
            {
                for (int c = 0; c < values.ColumnCount; c++)
                {
                    result[i, c] += row.Weight(j) * values[j, c];
                }
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
        LogWeights p = new(logits);
        Matrix<double> jacobian = Matrix<double>.Build.Dense(p.Count, p.Count);
        for (int j = 0; j < p.Count; j++)
        {
            for (int i = 0; i < p.Count; i++)
            {
                jacobian[i, j] = i == j ? p.Weight(i) * p.OneMinusWeight(i) : -p.Weight(i) * p.Weight(j);
            }
        }

        return jacobian;
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        LogWeights p = new(logits);
        double sumOfSquares = 0, running = 0;
        for (int i = 0; i < p.Count; i++)
        {
            double weight = p.Weight(i);
            double onDiagonal = weight * p.OneMinusWeight(i);
            sumOfSquares += onDiagonal * onDiagonal;
            sumOfSquares += 2 * weight * weight * running;
            running += weight * weight;
        }

        return Math.Sqrt(sumOfSquares);
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights)
    {
        Vector<double> entropy = Vector<double>.Build.Dense(weights.RowCount);
        for (int i = 0; i < weights.RowCount; i++)
        {
            double sum = 0;
            for (int j = 0; j < weights.ColumnCount; j++)
            {
                double p = weights[i, j];
                sum += p * Math.Log(p + Epsilon);
            }

            entropy[i] = -sum;
        }

        return entropy;
    }

    private static void EnsureEqual(int left, int right, string what)
    {
        if (left != right)
        {
            throw new ArgumentException($"The {what} differ: {left} and {right}.");
        }
    }

    // Each weight against all the others together is a logistic function of the margin, so 1 − p needs no subtraction.
    private sealed class LogWeights
    {
        private readonly double[] _margins;

        public LogWeights(Vector<double> scores)
        {
            _margins = new double[scores.Count];

            double[] after = new double[scores.Count + 1];
            after[^1] = double.NegativeInfinity;
            for (int i = scores.Count - 1; i >= 0; i--)
            {
                after[i] = LogAddExp(after[i + 1], scores[i]);
            }

            double before = double.NegativeInfinity;
            for (int i = 0; i < scores.Count; i++)
            {
                _margins[i] = scores[i] - LogAddExp(before, after[i + 1]);
                before = LogAddExp(before, scores[i]);
            }
        }

        public int Count => _margins.Length;

        public double Weight(int i) => 1 / (1 + Math.Exp(-_margins[i]));

        public double OneMinusWeight(int i) => 1 / (1 + Math.Exp(_margins[i]));

        private static double LogAddExp(double a, double b)
        {
            double high = Math.Max(a, b);
            double low = Math.Min(a, b);
            return double.IsNegativeInfinity(low) ? high : high + Math.Log(1 + Math.Exp(low - high));
        }
    }
}
