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
        [Shape("d", "dV")] Matrix<double> wv)
    {
        RequireFit(x, wq, wk, wv);
        return Weights(x * wq, x * wk) * (x * wv);
    }

    /// <summary>Task 2. Attention without projections: the tokens are their own queries, keys and values.</summary>
    /// <param name="x">One token per row.</param>
    /// <returns>One output per token.</returns>
    [return: Shape("n", "d")]
    public static Matrix<double> ValueOnlyAttention([Shape("n", "d")] Matrix<double> x) => Weights(x, x) * x;

    /// <summary>Task 2. How far scores must stay from a target when they are the same in both directions.</summary>
    /// <param name="target">The scores that are wanted, row i for query i.</param>
    /// <returns>The Frobenius distance from the target to the nearest symmetric matrix.</returns>
    /// <exception cref="ArgumentException">The target is not square.</exception>
    public static double SymmetricScoreError([Shape("n", "n")] Matrix<double> target) =>
        target.RowCount == target.ColumnCount
            ? (target - target.Transpose()).FrobeniusNorm() / 2
            : throw new ArgumentException(
                $"Every token is compared with every token: a target is square, not {target.RowCount} × {target.ColumnCount}.", nameof(target));

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
        [Shape("n", "d")] Matrix<double> x, [Shape("n", "n")] Matrix<double> target, int rank)
    {
        var n = x.RowCount;
        if ((target.RowCount, target.ColumnCount) != (n, n))
        {
            throw new ArgumentException($"{n} tokens have {n} × {n} scores, not {target.RowCount} × {target.ColumnCount}.", nameof(target));
        }

        if (rank < 1 || rank > Math.Min(n, x.ColumnCount))
        {
            throw new ArgumentOutOfRangeException(nameof(rank), rank, $"A rank is from 1 to {Math.Min(n, x.ColumnCount)} for tokens of {n} × {x.ColumnCount}.");
        }

        // Scores of projected tokens live in the column space of x on both sides: cut the target to it, then cut its rank.
        var inverse = x.PseudoInverse();
        var reachable = x * inverse * target * (x * inverse).Transpose();
        var svd = reachable.Svd();
        var roots = Matrix<double>.Build.DenseOfDiagonalVector(svd.S.SubVector(0, rank).PointwiseSqrt());
        var queries = svd.U.SubMatrix(0, n, 0, rank) * roots;
        var keys = svd.VT.SubMatrix(0, rank, 0, n).TransposeThisAndMultiply(roots);
        return (inverse * queries, inverse * keys);
    }

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
        [Shape("n", "dV")] Matrix<double> upstream)
    {
        RequireFit(x, wq, wk, wv);
        if ((upstream.RowCount, upstream.ColumnCount) != (x.RowCount, wv.ColumnCount))
        {
            throw new ArgumentException(
                $"The output is {x.RowCount} × {wv.ColumnCount}, its gradient {upstream.RowCount} × {upstream.ColumnCount}.", nameof(upstream));
        }

        var (queries, keys, values) = (x * wq, x * wk, x * wv);
        var weights = Weights(queries, keys);

        var weightGradient = upstream.TransposeAndMultiply(values);
        var means = weights.PointwiseMultiply(weightGradient).RowSums();
        var logitGradient = weights.PointwiseMultiply(weightGradient.MapIndexed((i, _, gradient) => gradient - means[i]));
        var scoreGradient = logitGradient / Math.Sqrt(keys.ColumnCount);

        return (
            x.TransposeThisAndMultiply(scoreGradient * keys),
            x.TransposeThisAndMultiply(scoreGradient.TransposeThisAndMultiply(queries)),
            x.TransposeThisAndMultiply(weights.TransposeThisAndMultiply(upstream)));
    }

    private static Matrix<double> Weights(Matrix<double> queries, Matrix<double> keys)
    {
        var scores = queries.TransposeAndMultiply(keys) / Math.Sqrt(keys.ColumnCount);
        return Matrix<double>.Build.DenseOfRowVectors(scores.EnumerateRows().Select(Softmax));
    }

    private static Vector<double> Softmax(Vector<double> logits)
    {
        var exponentials = (logits - logits.Maximum()).PointwiseExp();
        return exponentials / exponentials.Sum();
    }

    private static void RequireFit(Matrix<double> x, Matrix<double> wq, Matrix<double> wk, Matrix<double> wv)
    {
        if (new[] { wq, wk, wv }.Any(projection => projection.RowCount != x.ColumnCount))
        {
            throw new ArgumentException(
                $"Tokens have dimension {x.ColumnCount}; the projections have {wq.RowCount}, {wk.RowCount} and {wv.RowCount} rows.", nameof(x));
        }

        if (wq.ColumnCount != wk.ColumnCount)
        {
            throw new ArgumentException(
                $"Queries have dimension {wq.ColumnCount}, keys {wk.ColumnCount}: a dot product needs the same.", nameof(wk));
        }
    }
}
