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
        [Shape("m", "dV")] Matrix<double> values) =>
        throw new NotImplementedException("Task 1: score every key, keep those that reach the maximum, average their values.");

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
        double temperature) =>
        throw new NotImplementedException("Task 2: divide the scores by the temperature, turn them into weights, blend the values.");

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
        [Shape("m", "dV")] Matrix<double> values) =>
        throw new NotImplementedException("Task 3: all lookups at once: which matrix product holds every score?");
}
