namespace Kata002;

/// <summary>
/// Where queries, keys and values come from: three learned projections of the same tokens, and what attention loses
/// without them. Source: Vaswani et al. 2017, section 3.2 (arXiv:1706.03762).
/// </summary>
public static class QkvProjections
{
    /// <summary>Task 1. Self-attention of one head, whose queries, keys and values are projections of the tokens.</summary>
    /// <param name="x">One token per row.</param>
    /// <param name="wq">Makes a query of a token: a row vector times this matrix.</param>
    /// <param name="wk">Makes a key of a token.</param>
    /// <param name="wv">Makes a value of a token; dV may differ from dK.</param>
    /// <returns>Row i: the values weighted by how well the keys match query i.</returns>
    /// <exception cref="ArgumentException">The sizes of tokens and projections do not fit.</exception>
    [return: Shape("n", "dV")]
    public static Matrix<double> Attend(
        [Shape("n", "d")] Matrix<double> x,
        [Shape("d", "dK")] Matrix<double> wq,
        [Shape("d", "dK")] Matrix<double> wk,
        [Shape("d", "dV")] Matrix<double> wv) =>
        throw new NotImplementedException("Task 1: project the tokens three times, then softmax of the scaled scores, row by row, times the values.");

    /// <summary>Task 2. Attention without projections: the tokens are their own queries, keys and values.</summary>
    /// <param name="x">One token per row.</param>
    /// <returns>One output per token.</returns>
    [return: Shape("n", "d")]
    public static Matrix<double> ValueOnlyAttention([Shape("n", "d")] Matrix<double> x) =>
        throw new NotImplementedException("Task 2: the same attention with the tokens in all three places.");

    /// <summary>Task 2. How far scores must stay from a target when they are the same in both directions.</summary>
    /// <param name="target">The scores that are wanted, row i for query i.</param>
    /// <returns>The Frobenius distance from the target to the nearest symmetric matrix.</returns>
    /// <exception cref="ArgumentException">The target is not square.</exception>
    public static double SymmetricScoreError([Shape("n", "n")] Matrix<double> target) =>
        throw new NotImplementedException("Task 2: split the target into a symmetric and an antisymmetric part; which of them can be matched?");

    /// <summary>Task 3. The projections whose raw scores come nearest to a target.</summary>
    /// <param name="x">One token per row.</param>
    /// <param name="target">The raw scores that are wanted, before the division by √dK.</param>
    /// <param name="rank">The dimension dK of queries and keys, from 1 to the smaller of n and d.</param>
    /// <returns>
    /// Projections d × rank that minimise the Frobenius norm of (x·Wq)(x·Wk)ᵀ − target: column j of x·Wq and of x·Wk are both
    /// of squared length σ_j, orthogonal to the other columns, longest first; columns of Wq and Wk are combinations of tokens.
    /// </returns>
    /// <exception cref="ArgumentException">The target is not n × n.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rank is below 1, or above n or d.</exception>
    public static (Matrix<double> Wq, Matrix<double> Wk) FitScores(
        [Shape("n", "d")] Matrix<double> x, [Shape("n", "n")] Matrix<double> target, int rank) =>
        throw new NotImplementedException("Task 3: which scores can x reach at all? Cut their rank by a singular value decomposition, then go back to the weights.");

    /// <summary>Task 4. How the loss moves with each of the three projections: what training follows.</summary>
    /// <param name="x">One token per row.</param>
    /// <param name="wq">Makes a query of a token.</param>
    /// <param name="wk">Makes a key of a token.</param>
    /// <param name="wv">Makes a value of a token.</param>
    /// <param name="upstream">The gradient of the loss with respect to the output of <see cref="Attend"/>.</param>
    /// <returns>The gradients of the loss, each of its projection's shape.</returns>
    /// <exception cref="ArgumentException">The sizes of tokens, projections and upstream gradient do not fit.</exception>
    public static (Matrix<double> Wq, Matrix<double> Wk, Matrix<double> Wv) Gradients(
        [Shape("n", "d")] Matrix<double> x,
        [Shape("d", "dK")] Matrix<double> wq,
        [Shape("d", "dK")] Matrix<double> wk,
        [Shape("d", "dV")] Matrix<double> wv,
        [Shape("n", "dV")] Matrix<double> upstream) =>
        throw new NotImplementedException("Task 4: walk back from the output to the weights, through the softmax to the scores, then to each projection.");
}
