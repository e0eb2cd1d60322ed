namespace Kata055;

/// <summary>
/// Why attention divides its scores by √dK: what happens to their variance, to the gradient of the softmax and
/// to the entropy of the weights when it does not. Source: Vaswani et al. 2017, section 3.2.1 (arXiv:1706.03762).
/// </summary>
public static class WhyScaleScores
{
    private const double LogZero = double.NegativeInfinity;

    /// <summary>Task 1. The population variance of all raw scores q·k.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>The mean squared distance of all n·m scores, not scaled, from their mean.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    public static double ScoreVariance([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        double[] scores = Compatible(queries, keys).Queries.TransposeAndMultiply(keys).Enumerate().ToArray();
        var (count, _, squares) = Moments(scores);
        return squares / count;
    }

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys) =>
        // Half of the scale would do on either side; all of it on the queries is one pass over the smaller matrix.
        (Compatible(queries, keys).Queries / Math.Sqrt(queries.ColumnCount)) * keys.Transpose();

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
        var weights = (keys.RowCount - values.RowCount) switch
        {
            0 => SoftmaxRows(ScaledScores(queries, keys)),
            > 0 => throw new ArgumentException("There are keys without a value."),
            < 0 => throw new ArgumentException("There are values without a key."),
        };
        return weights * values;

        static Matrix<double> SoftmaxRows(Matrix<double> scores)
        {
            double[] partition = scores.EnumerateRows().Select(row => LogSum(row.ToArray())).ToArray();
            return Matrix<double>.Build.Dense(
                scores.RowCount, scores.ColumnCount, (i, j) => Math.Exp(scores[i, j] - partition[i]));
        }
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        double[] logP = LogSoftmax(logits);
        int n = logP.Length;
        return Matrix<double>.Build.Dense(n, n, (i, j) => (i == j) switch
        {
            true => Math.Exp(logP[i]) * (1 - Math.Exp(logP[i])),
            false => -Math.Exp(logP[i] + logP[j]),
        });
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        double[] logP = LogSoftmax(logits);
        double diagonal = LogDiagonal(logP, LogZero);
        var (_, pairs) = LogPairs(logP);
        return Math.Exp(0.5 * LogAdd(diagonal, Math.Log(2) + pairs));
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights) =>
        Vector<double>.Build.DenseOfArray(weights.ToRowArrays().Select(row => Surprise(row)).ToArray());

    private static (Matrix<double> Queries, Matrix<double> Keys) Compatible(Matrix<double> queries, Matrix<double> keys) =>
        (queries.ColumnCount, keys.ColumnCount) switch
        {
            var (a, b) when a == b => (queries, keys),
            var (a, b) => throw new ArgumentException($"Dimension {a} of the queries is not dimension {b} of the keys."),
        };

    // Count, mean and sum of squared deviations, merged from two halves (Chan, Golub, LeVeque).
    private static (double Count, double Mean, double Squares) Moments(ReadOnlySpan<double> x) => x switch
    {
        [] => (0, 0, 0),
        [var only] => (1, only, 0),
        _ => Merge(Moments(x[..(x.Length / 2)]), Moments(x[(x.Length / 2)..])),
    };

    private static (double Count, double Mean, double Squares) Merge(
        (double Count, double Mean, double Squares) a,
        (double Count, double Mean, double Squares) b)
    {
        double count = a.Count + b.Count;
        double gap = b.Mean - a.Mean;
        return (count, a.Mean + gap * b.Count / count, a.Squares + b.Squares + gap * gap * a.Count * b.Count / count);
    }

    private static double[] LogSoftmax(Vector<double> logits)
    {
        double[] s = logits.ToArray();
        double partition = LogSum(s);
        return Array.ConvertAll(s, x => x - partition);
    }

    // ln(eᵃ + eᵇ)
    private static double LogAdd(double a, double b) => (a, b) switch
    {
        (LogZero, _) => b,
        (_, LogZero) => a,
        _ when a > b => a + Math.Log(1 + Math.Exp(b - a)),
        _ => b + Math.Log(1 + Math.Exp(a - b)),
    };

    private static double LogSum(ReadOnlySpan<double> x) => x switch
    {
        [] => LogZero,
        [var only] => only,
        _ => LogAdd(LogSum(x[..(x.Length / 2)]), LogSum(x[(x.Length / 2)..])),
    };

    // ln Σ (p_i (1 − p_i))², where 1 − p_i is gathered on the way down: all that lies outside of the leaf.
    private static double LogDiagonal(ReadOnlySpan<double> logP, double outside)
    {
        if (logP is [])
        {
            return LogZero;
        }

        if (logP is [var only])
        {
            return 2 * (only + outside);
        }

        var left = logP[..(logP.Length / 2)];
        var right = logP[(logP.Length / 2)..];
        return LogAdd(
            LogDiagonal(left, LogAdd(outside, LogSum(right))),
            LogDiagonal(right, LogAdd(outside, LogSum(left))));
    }

    // ln Σ p_i² and ln Σ_{i<j} p_i² p_j²
    private static (double Squares, double Pairs) LogPairs(ReadOnlySpan<double> logP)
    {
        return logP switch
        {
            [] => (LogZero, LogZero),
            [var only] => (2 * only, LogZero),
            _ => Join(LogPairs(logP[..(logP.Length / 2)]), LogPairs(logP[(logP.Length / 2)..])),
        };

        static (double Squares, double Pairs) Join((double Squares, double Pairs) a, (double Squares, double Pairs) b) =>
            (LogAdd(a.Squares, b.Squares), LogAdd(a.Squares + b.Squares, LogAdd(a.Pairs, b.Pairs)));
    }

    private static double Surprise(ReadOnlySpan<double> p) => p switch
    {
        [] => 0,
        [> 0 and var only] => -only * Math.Log(only),
        [_] => 0,
        _ => Surprise(p[..(p.Length / 2)]) + Surprise(p[(p.Length / 2)..]),
    };
}
