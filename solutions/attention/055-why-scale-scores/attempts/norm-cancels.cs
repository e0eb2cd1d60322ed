// norm-by-cancelling-power-sums: JacobianNorm takes the closed form Σp² − 2Σp³ + (Σp²)², which loses its digits where one weight is nearly 1.
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
        CheckSame(queries.ColumnCount, keys.ColumnCount);
        Span<double> scores = (queries * keys.Transpose()).ToColumnMajorArray();
        TensorPrimitives.Add<double>(scores, -TensorPrimitives.Sum<double>(scores) / scores.Length, scores);
        return TensorPrimitives.Dot<double>(scores, scores) / scores.Length;
    }

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        CheckSame(queries.ColumnCount, keys.ColumnCount);
        var fourthRoot = Math.Sqrt(Math.Sqrt(queries.ColumnCount));
        return (queries / fourthRoot).TransposeAndMultiply(keys / fourthRoot);
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
        CheckSame(keys.RowCount, values.RowCount);
        var rows = ScaledScores(queries, keys).ToRowArrays();
        Array.ForEach(rows, Softmax);
        return Matrix<double>.Build.DenseOfRowArrays(rows) * values;
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        var p = logits.ToArray();
        Softmax(p);
        var rows = new double[p.Length][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new double[p.Length];
            rows[i][i] = 1;
            TensorPrimitives.Subtract<double>(rows[i], p, rows[i]);
            TensorPrimitives.Multiply<double>(rows[i], p[i], rows[i]);
        }

        // row i is p_i (e_i − p), and the matrix is symmetric
        return Matrix<double>.Build.DenseOfRowArrays(rows);
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        var p = logits.ToArray();
        Softmax(p);

        // ‖diag(p) − ppᵀ‖² = tr (diag(p) − ppᵀ)² = Σp² − 2 Σp³ + (Σp²)²
        var squares = new double[p.Length];
        TensorPrimitives.Multiply<double>(p, p, squares);
        var second = TensorPrimitives.Sum<double>(squares);
        var third = TensorPrimitives.Dot<double>(squares, p);
        return Math.Sqrt(Math.Max(0, second - 2 * third + second * second));
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights)
    {
        var result = Vector<double>.Build.Dense(weights.RowCount);
        for (var i = 0; i < weights.RowCount; i++)
        {
            var p = weights.Row(i).Where(x => x > 0).ToArray();
            var logs = new double[p.Length];
            TensorPrimitives.Log<double>(p, logs);
            result[i] = -TensorPrimitives.Dot<double>(p, logs);
        }

        return result;
    }

    private static void CheckSame(int a, int b)
    {
        if (a != b)
        {
            throw new ArgumentException($"{a} is not {b}.");
        }
    }

    private static void Softmax(double[] x)
    {
        TensorPrimitives.Subtract<double>(x, x.Max(), x);
        TensorPrimitives.Exp<double>(x, x);
        TensorPrimitives.Multiply<double>(x, 1 / TensorPrimitives.Sum<double>(x), x);
    }
}
