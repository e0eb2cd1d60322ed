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
        var scores = ColumnMajorScores(queries, keys);
        var mean = TensorPrimitives.Sum<double>(scores) / scores.Length;
        TensorPrimitives.Subtract<double>(scores, mean, scores);
        return TensorPrimitives.SumOfSquares<double>(scores) / scores.Length;
    }

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        var scores = ColumnMajorScores(queries, keys);
        TensorPrimitives.Divide<double>(scores, Math.Sqrt(queries.ColumnCount), scores);
        return Matrix<double>.Build.Dense(queries.RowCount, keys.RowCount, scores);
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
        ArgumentNullException.ThrowIfNull(values);
        if (keys.RowCount != values.RowCount)
        {
            throw new ArgumentException("The numbers of keys and values differ.", nameof(values));
        }

        var weights = ScaledScores(queries, keys).ToRowArrays();
        var valueRows = values.ToRowArrays();
        var output = new double[weights.Length][];
        for (var i = 0; i < output.Length; i++)
        {
            SoftmaxInPlace(weights[i]);
            var mean = new double[values.ColumnCount];
            for (var j = 0; j < valueRows.Length; j++)
            {
                TensorPrimitives.MultiplyAdd<double>(valueRows[j], weights[i][j], mean, mean);
            }

            output[i] = mean;
        }

        return Matrix<double>.Build.DenseOfRowArrays(output);
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        var p = logits.ToArray();
        SoftmaxInPlace(p);
        var n = p.Length;
        var jacobian = new double[n * n];
        for (var j = 0; j < n; j++)
        {
            // Column j is contiguous in MathNet's storage.
            var column = jacobian.AsSpan(j * n, n);
            TensorPrimitives.Multiply<double>(p, -p[j], column);
            column[j] += p[j];
        }

        return Matrix<double>.Build.Dense(n, n, jacobian);
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        // Row i of J is p_i · (e_i − p): its square is p_i² · ((sum of the others)² + sum of the others' squares).
        // Taking p_i out of the buffer for a moment leaves exactly the others. O(n) memory, O(n²) time, SIMD speed.
        var p = logits.ToArray();
        SoftmaxInPlace(p);
        var total = 0.0;
        for (var i = 0; i < p.Length; i++)
        {
            var own = p[i];
            p[i] = 0.0;
            var others = TensorPrimitives.Sum<double>(p);
            total += own * own * (others * others + TensorPrimitives.SumOfSquares<double>(p));
            p[i] = own;
        }

        return Math.Sqrt(total);
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights)
    {
        var result = new double[weights.RowCount];
        var logs = new double[weights.ColumnCount];
        for (var i = 0; i < result.Length; i++)
        {
            var row = weights.Row(i).ToArray();
            TensorPrimitives.Max<double>(row, 1e-300, logs); // finite logarithm, and 0 times finite is 0
            TensorPrimitives.Log<double>(logs, logs);
            result[i] = -TensorPrimitives.Dot<double>(row, logs);
        }

        return Vector<double>.Build.Dense(result);
    }

    private static double[] ColumnMajorScores(Matrix<double> queries, Matrix<double> keys)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        if (queries.ColumnCount != keys.ColumnCount)
        {
            throw new ArgumentException("The dimensions of queries and keys differ.", nameof(keys));
        }

        var q = queries.ToRowArrays();
        var k = keys.ToRowArrays();
        var scores = new double[q.Length * k.Length];
        for (var j = 0; j < k.Length; j++)
        {
            for (var i = 0; i < q.Length; i++)
            {
                scores[j * q.Length + i] = TensorPrimitives.Dot<double>(q[i], k[j]);
            }
        }

        return scores;
    }

    private static void SoftmaxInPlace(Span<double> row)
    {
        TensorPrimitives.Subtract<double>(row, TensorPrimitives.Max<double>(row), row);
        TensorPrimitives.Exp<double>(row, row);
        TensorPrimitives.Divide<double>(row, TensorPrimitives.Sum<double>(row), row);
    }
}
