namespace Kata049;

/// <summary>
/// Why a dot product can measure relevance: as a kernel regression it compares by distance, and factored out of
/// counts it is the pointwise mutual information of two words. Sources: Tsai et al. 2019 (arXiv:1908.11775);
/// Levy and Goldberg, Neural Word Embedding as Implicit Matrix Factorization, NeurIPS 2014.
/// </summary>
public static class ScoresAsRelevance
{
    /// <summary>Task 1. Kernel regression with a Gaussian kernel: the mean of the values, weighted by nearness.</summary>
    /// <param name="query">Where the regression is evaluated.</param>
    /// <param name="keys">One point per row, of the query's dimension.</param>
    /// <param name="values">One value per key; their dimension may differ from d.</param>
    /// <param name="sigma">The width of the kernel, above 0.</param>
    /// <returns>The weighted mean; also where the query is far from every key.</returns>
    /// <exception cref="ArgumentException">The dimensions of query and keys differ, or the numbers of keys and values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width is not above 0.</exception>
    [return: Shape("dV")]
    public static Vector<double> NadarayaWatson(
        [Shape("d")] Vector<double> query,
        [Shape("m", "d")] Matrix<double> keys,
        [Shape("m", "dV")] Matrix<double> values,
        double sigma) =>
        throw new NotImplementedException("Task 1: squared distances, then weights that survive a far query, then the mean of the values.");

    /// <summary>Task 2. The scores whose softmax is the weights of <see cref="NadarayaWatson"/>, out of dot products.</summary>
    /// <param name="query">Where the regression is evaluated.</param>
    /// <param name="keys">One point per row, of the query's dimension.</param>
    /// <param name="sigma">The width of the kernel, above 0.</param>
    /// <returns>One score per key; the part of the exponent that is the same for every key is left out.</returns>
    /// <exception cref="ArgumentException">The dimensions of query and keys differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width is not above 0.</exception>
    [return: Shape("m")]
    public static Vector<double> DotProductForm(
        [Shape("d")] Vector<double> query,
        [Shape("m", "d")] Matrix<double> keys,
        double sigma) =>
        throw new NotImplementedException("Task 2: expand the squared distance; which of its three terms is the same for every key?");

    /// <summary>Task 3. How much more often a word and a context meet than chance would have it, in nats.</summary>
    /// <param name="counts">Row: word, column: context, entry: how often they met; none below 0.</param>
    /// <param name="smoothing">Added to every count first; not below 0.</param>
    /// <returns>ln p(w, c) / (p(w) p(c)); negative infinity where the smoothed count is 0.</returns>
    /// <exception cref="ArgumentException">A count is negative or not finite, or a row or column is 0 after smoothing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing is negative or not finite.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> PointwiseMutualInformation([Shape("n", "m")] Matrix<double> counts, double smoothing) =>
        throw new NotImplementedException("Task 3: smooth every cell, take the totals of what you then have, and compare each cell with chance.");

    /// <summary>Task 4. Queries and keys of a given dimension whose dot products come nearest to a table.</summary>
    /// <param name="pmi">What the dot products should be; every entry finite.</param>
    /// <param name="rank">The dimension of queries and keys, from 1 to the smaller side of the table.</param>
    /// <returns>
    /// Queries n × rank and keys m × rank: the least sum of squared errors there is, and both sides alike,
    /// QᵀQ = KᵀK, diagonal and not increasing.
    /// </returns>
    /// <exception cref="ArgumentException">An entry is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rank is below 1 or above the smaller side.</exception>
    public static (Matrix<double> Queries, Matrix<double> Keys) FactorPmi([Shape("n", "m")] Matrix<double> pmi, int rank) =>
        throw new NotImplementedException("Task 4: a singular value decomposition, cut at the rank, its scale shared by both sides.");
}
