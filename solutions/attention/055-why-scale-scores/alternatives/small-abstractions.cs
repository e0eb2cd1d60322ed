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
        var statistics = new RunningVariance();
        foreach (double score in RawScores(queries, keys).Enumerate())
        {
            statistics.Add(score);
        }

        return statistics.Population;
    }

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        double inverseDeviation = 1.0 / Math.Sqrt(keys.ColumnCount);
        return RawScores(queries, keys).Multiply(inverseDeviation);
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
        Require(keys.RowCount == values.RowCount, "There must be exactly one value for each key.");

        Matrix<double> scores = ScaledScores(queries, keys);
        Matrix<double> output = Matrix<double>.Build.Dense(queries.RowCount, values.ColumnCount);
        for (int query = 0; query < queries.RowCount; query++)
        {
            var distribution = new Distribution(scores.Row(query));
            output.SetRow(query, distribution.ToVector() * values);
        }

        return output;
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        Vector<double> p = new Distribution(logits).ToVector();
        return Matrix<double>.Build.DenseOfDiagonalVector(p) - p.OuterProduct(p);
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        var p = new Distribution(logits);
        double sum = 0.0;
        double squaresSoFar = 0.0;

        for (int i = 0; i < p.Count; i++)
        {
            double square = p[i] * p[i];
            AddSquareOf(p[i] * p.Complement(i));
            sum += 2.0 * square * squaresSoFar;
            squaresSoFar += square;
        }

        return Math.Sqrt(sum);

        void AddSquareOf(double entry) => sum += entry * entry;
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights)
    {
        Vector<double> result = Vector<double>.Build.Dense(weights.RowCount);
        for (int row = 0; row < weights.RowCount; row++)
        {
            foreach (double p in weights.Row(row))
            {
                result[row] += Surprise(p);
            }
        }

        return result;

        static double Surprise(double p) => p == 0.0 ? 0.0 : -p * Math.Log(p);
    }

    private static Matrix<double> RawScores(Matrix<double> queries, Matrix<double> keys)
    {
        Require(queries.ColumnCount == keys.ColumnCount, "Queries and keys must have the same dimension.");
        return queries.TransposeAndMultiply(keys);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }

    /// <summary>Welford's one-pass variance.</summary>
    private sealed class RunningVariance
    {
        private long count;
        private double mean;
        private double squares;

        public double Population => squares / count;

        public void Add(double x)
        {
            count++;
            double before = x - mean;
            mean += before / count;
            squares += before * (x - mean);
        }
    }

    /// <summary>The softmax of some logits, which knows 1 − p without cancellation even for the largest weight.</summary>
    private sealed class Distribution
    {
        private readonly double[] weights;
        private readonly int top;
        private readonly double restOfTop;

        public Distribution(Vector<double> logits)
        {
            weights = new double[logits.Count];
            for (int i = 1; i < weights.Length; i++)
            {
                if (logits[i] > logits[top])
                {
                    top = i;
                }
            }

            double rest = 0.0;
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = Math.Exp(logits[i] - logits[top]);
                if (i != top)
                {
                    rest += weights[i];
                }
            }

            double total = 1.0 + rest;
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] /= total;
            }

            restOfTop = rest / total;
        }

        public int Count => weights.Length;

        public double this[int i] => weights[i];

        public double Complement(int i) => i == top ? restOfTop : 1.0 - weights[i];

        public Vector<double> ToVector() => Vector<double>.Build.DenseOfArray(weights);
    }
}
