namespace Kata048;

/// <summary>
/// Attention as a dictionary: a query asks, keys are what it is compared with, values are what is handed out.
/// Source: Vaswani et al. 2017, section 3.2 (arXiv:1706.03762).
/// </summary>
public static class QueryKeyValueRoles
{
    /// <summary>Task 1. The value of the key that the query matches best, by the dot product.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="keys">One key per row, of the query's dimension.</param>
    /// <param name="values">One value per key; their dimension may differ from dK.</param>
    /// <returns>The value of the best key; where several keys have exactly the best score, the mean of their values.</returns>
    /// <exception cref="ArgumentException">The dimensions of query and keys differ, or the numbers of keys and values.</exception>
    [return: Shape("dV")]
    public static Vector<double> HardLookup(
        [Shape("dK")] Vector<double> query,
        [Shape("m", "dK")] Matrix<double> keys,
        [Shape("m", "dV")] Matrix<double> values)
    {
        RequireFit(query.Count, keys, values);
        var scores = keys * query;
        var best = scores.Maximum();
        var hits = scores.Map(score => score == best ? 1.0 : 0.0);
        return hits * values / hits.Sum();
    }

    /// <summary>Task 2. The mean of all values, weighted by the softmax of the scores over the temperature.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="keys">One key per row, of the query's dimension.</param>
    /// <param name="values">One value per key.</param>
    /// <param name="temperature">Above 0: the score is divided by it before the softmax.</param>
    /// <returns>The blended value.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, as in <see cref="HardLookup"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not above 0.</exception>
    [return: Shape("dV")]
    public static Vector<double> SoftLookup(
        [Shape("dK")] Vector<double> query,
        [Shape("m", "dK")] Matrix<double> keys,
        [Shape("m", "dV")] Matrix<double> values,
        double temperature)
    {
        RequireFit(query.Count, keys, values);
        if (!(temperature > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "A temperature is above 0; its limit 0 is the hard lookup.");
        }

        return Softmax(keys * query / temperature) * values;
    }

    /// <summary>Task 3. Scaled dot-product attention: for each query a soft lookup at the temperature √dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <param name="values">One value per key.</param>
    /// <returns>Row i: what query i is given.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, as in <see cref="HardLookup"/>.</exception>
    [return: Shape("n", "dV")]
    public static Matrix<double> Attend(
        [Shape("n", "dK")] Matrix<double> queries,
        [Shape("m", "dK")] Matrix<double> keys,
        [Shape("m", "dV")] Matrix<double> values)
    {
        RequireFit(queries.ColumnCount, keys, values);
        var scores = queries.TransposeAndMultiply(keys) / Math.Sqrt(keys.ColumnCount);
        return Matrix<double>.Build.DenseOfRowVectors(scores.EnumerateRows().Select(Softmax)) * values;
    }

    private static void RequireFit(int dimension, Matrix<double> keys, Matrix<double> values)
    {
        if (keys.ColumnCount != dimension)
        {
            throw new ArgumentException($"The query has dimension {dimension}, the keys {keys.ColumnCount}: they are compared by a dot product.", nameof(keys));
        }

        if (keys.RowCount != values.RowCount)
        {
            throw new ArgumentException($"{keys.RowCount} keys but {values.RowCount} values: each key needs its value.", nameof(values));
        }
    }

    private static Vector<double> Softmax(Vector<double> logits)
    {
        var exponentials = (logits - logits.Maximum()).PointwiseExp();
        return exponentials / exponentials.Sum();
    }
}
