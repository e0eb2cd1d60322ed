namespace Kata027;

/// <summary>The three projections of one head.</summary>
/// <param name="Wq">Makes a query of a token.</param>
/// <param name="Wk">Makes a key of a token.</param>
/// <param name="Wv">Makes a value of a token.</param>
public sealed record Head(
    [Shape("d", "dK")] Matrix<double> Wq,
    [Shape("d", "dK")] Matrix<double> Wk,
    [Shape("d", "dV")] Matrix<double> Wv);

/// <summary>
/// What several heads do that one cannot: each has its own pattern of attention, their outputs are added, and what a
/// sum of patterns can express is a matter of rank. Source: Vaswani et al. 2017, section 3.2.2 (arXiv:1706.03762).
/// </summary>
public static class MultiHeadMechanism
{
    /// <summary>Task 1. Multi-head self-attention as a sum: each head goes through its own rows of the output projection.</summary>
    /// <param name="x">One token per row.</param>
    /// <param name="heads">At least one head; dK and dV may differ between heads.</param>
    /// <param name="wo">The output projection; the first dV rows belong to the first head, the next ones to the second, and so on.</param>
    /// <returns>The outputs of all heads, added.</returns>
    /// <exception cref="ArgumentException">There is no head, or sizes do not fit.</exception>
    [return: Shape("n", "dOut")]
    public static Matrix<double> HeadSum(
        [Shape("n", "d")] Matrix<double> x, IReadOnlyList<Head> heads, [Shape("allDV", "dOut")] Matrix<double> wo) =>
        throw new NotImplementedException("Task 1: for each head: weights, times values, times the rows of wo that belong to it; add the results.");

    /// <summary>Task 2. The rank of a head's raw scores, before scale and softmax.</summary>
    /// <param name="x">One token per row.</param>
    /// <param name="head">The head; its values play no part.</param>
    /// <returns>How many singular values of the n × n scores are above 1e-9 times the greatest; 0 if all are 0.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static int ScoreRank([Shape("n", "d")] Matrix<double> x, Head head) =>
        throw new NotImplementedException("Task 2: the scores are a product of queries and keys; count the singular values that are not rounding.");

    /// <summary>
    /// Task 3. Weights of a layer whose output is, for each token, the content of the previous token beside that of the next.
    /// Its tokens are the one-hot position (n entries), then the content; the first and the last token are neighbours.
    /// </summary>
    /// <param name="n">The number of tokens, at least 3.</param>
    /// <param name="content">The dimension c of the content, at least 1.</param>
    /// <returns>The head for the previous token and the one for the next, d = n + c and dV = c each, and an output projection to 2c dimensions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 3 tokens, or there is no content.</exception>
    public static (IReadOnlyList<Head> Heads, Matrix<double> Wo) TwoHeadCopy(int n, int content) =>
        throw new NotImplementedException("Task 3: what must a query look like to match the one-hot position of the token before, and how strongly?");

    /// <summary>Task 4. The least error with which heads of fixed patterns can do a wanted mixing of tokens.</summary>
    /// <param name="mixing">
    /// At [i, j, a, b]: how much entry a of token j adds to entry b of output i. A head adds pattern[i, j] · map[a, b].
    /// </param>
    /// <param name="heads">How many heads may be added up, 0 or more.</param>
    /// <returns>The smallest Frobenius norm of mixing − Σ_h pattern_h ⊗ map_h over all real patterns and maps.</returns>
    /// <exception cref="ArgumentException">The mixing has not four axes, or the first two differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of heads is negative.</exception>
    public static double BestError([Shape("n", "n", "d", "dOut")] Tensor<double> mixing, int heads) =>
        throw new NotImplementedException("Task 4: arrange the mixing as a matrix in which a single head has rank 1.");
}
