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
        double sigma)
    {
        RequireFit(query, keys, sigma);
        if (keys.RowCount != values.RowCount)
        {
            throw new ArgumentException($"{keys.RowCount} keys but {values.RowCount} values: each key needs its value.", nameof(values));
        }

        var squaredDistances = Vector<double>.Build.DenseOfEnumerable(keys.EnumerateRows().Select(key => Math.Pow((key - query).L2Norm(), 2)));
        return Softmax(-squaredDistances / (2 * sigma * sigma)) * values;
    }

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
        double sigma)
    {
        RequireFit(query, keys, sigma);
        var squaredNorms = keys.PointwiseMultiply(keys).RowSums();
        return ((keys * query) - (squaredNorms / 2)) / (sigma * sigma);
    }

    /// <summary>Task 3. How much more often a word and a context meet than chance would have it, in nats.</summary>
    /// <param name="counts">Row: word, column: context, entry: how often they met; none below 0.</param>
    /// <param name="smoothing">Added to every count first; not below 0.</param>
    /// <returns>ln p(w, c) / (p(w) p(c)); negative infinity where the smoothed count is 0.</returns>
    /// <exception cref="ArgumentException">A count is negative or not finite, or a row or column is 0 after smoothing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing is negative or not finite.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> PointwiseMutualInformation([Shape("n", "m")] Matrix<double> counts, double smoothing)
    {
        if (!(smoothing >= 0 && double.IsFinite(smoothing)))
        {
            throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "Smoothing adds a finite number that is not below 0.");
        }

        if (counts.Exists(count => !(count >= 0 && double.IsFinite(count))))
        {
            throw new ArgumentException("Every count is a finite number that is not below 0.", nameof(counts));
        }

        var smoothed = counts + smoothing;
        var words = smoothed.RowSums();
        var contexts = smoothed.ColumnSums();
        if (words.Minimum() == 0 || contexts.Minimum() == 0)
        {
            throw new ArgumentException("A word or context that never occurs has no probability: smooth it or leave it out.", nameof(counts));
        }

        var total = words.Sum();
        return smoothed.MapIndexed((word, context, count) => Math.Log(count * total / (words[word] * contexts[context])), Zeros.Include);
    }

    /// <summary>Task 4. Queries and keys of a given dimension whose dot products come nearest to a table.</summary>
    /// <param name="pmi">What the dot products should be; every entry finite.</param>
    /// <param name="rank">The dimension of queries and keys, from 1 to the smaller side of the table.</param>
    /// <returns>
    /// Queries n × rank and keys m × rank: the least sum of squared errors there is, and both sides alike,
    /// QᵀQ = KᵀK, diagonal and not increasing.
    /// </returns>
    /// <exception cref="ArgumentException">An entry is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rank is below 1 or above the smaller side.</exception>
    public static (Matrix<double> Queries, Matrix<double> Keys) FactorPmi([Shape("n", "m")] Matrix<double> pmi, int rank)
    {
        if (rank < 1 || rank > Math.Min(pmi.RowCount, pmi.ColumnCount))
        {
            throw new ArgumentOutOfRangeException(nameof(rank), rank, $"A table of {pmi.RowCount} × {pmi.ColumnCount} has ranks from 1 to its smaller side.");
        }

        if (pmi.Exists(entry => !double.IsFinite(entry)))
        {
            throw new ArgumentException("No dot product is infinite: smooth the counts before factoring.", nameof(pmi));
        }

        var svd = pmi.Svd();
        var roots = Matrix<double>.Build.DenseOfDiagonalVector(svd.S.SubVector(0, rank).PointwiseSqrt());
        var left = svd.U.SubMatrix(0, pmi.RowCount, 0, rank);
        var right = svd.VT.Transpose().SubMatrix(0, pmi.ColumnCount, 0, rank);
        return (left * roots, right * roots);
    }

    private static void RequireFit(Vector<double> query, Matrix<double> keys, double sigma)
    {
        if (query.Count != keys.ColumnCount)
        {
            throw new ArgumentException($"The query has dimension {query.Count}, the keys {keys.ColumnCount}: they live in one space.", nameof(keys));
        }

        if (!(sigma > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "The width of a kernel is above 0.");
        }
    }

    private static Vector<double> Softmax(Vector<double> logits)
    {
        var exponentials = (logits - logits.Maximum()).PointwiseExp();
        return exponentials / exponentials.Sum();
    }
}
