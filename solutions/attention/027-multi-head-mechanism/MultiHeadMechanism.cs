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
    private const double RankTolerance = 1e-9;

    // e⁻³⁰ is what a token that is not looked at still gets, relative to the one that is.
    private const double Sharpness = 30;

    /// <summary>Task 1. Multi-head self-attention as a sum: each head goes through its own rows of the output projection.</summary>
    /// <param name="x">One token per row.</param>
    /// <param name="heads">At least one head; dK and dV may differ between heads.</param>
    /// <param name="wo">The output projection; the first dV rows belong to the first head, the next ones to the second, and so on.</param>
    /// <returns>The outputs of all heads, added.</returns>
    /// <exception cref="ArgumentException">There is no head, or sizes do not fit.</exception>
    [return: Shape("n", "dOut")]
    public static Matrix<double> HeadSum(
        [Shape("n", "d")] Matrix<double> x, IReadOnlyList<Head> heads, [Shape("allDV", "dOut")] Matrix<double> wo)
    {
        var rows = heads.Sum(head => head.Wv.ColumnCount);
        if (heads.Count == 0 || rows != wo.RowCount)
        {
            throw new ArgumentException($"{heads.Count} heads have {rows} output dimensions in all, the output projection {wo.RowCount} rows.", nameof(wo));
        }

        var output = Matrix<double>.Build.Dense(x.RowCount, wo.ColumnCount);
        var firstRow = 0;
        foreach (var head in heads)
        {
            var dimension = head.Wv.ColumnCount;
            output += Weights(x, head) * (x * head.Wv) * wo.SubMatrix(firstRow, dimension, 0, wo.ColumnCount);
            firstRow += dimension;
        }

        return output;
    }

    /// <summary>Task 2. The rank of a head's raw scores, before scale and softmax.</summary>
    /// <param name="x">One token per row.</param>
    /// <param name="head">The head; its values play no part.</param>
    /// <returns>How many singular values of the n × n scores are above 1e-9 times the greatest; 0 if all are 0.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static int ScoreRank([Shape("n", "d")] Matrix<double> x, Head head)
    {
        var singularValues = Scores(x, head).Svd(false).S;
        return singularValues.Count(value => value > RankTolerance * singularValues[0]);
    }

    /// <summary>
    /// Task 3. Weights of a layer whose output is, for each token, the content of the previous token beside that of the next.
    /// Its tokens are the one-hot position (n entries), then the content; the first and the last token are neighbours.
    /// </summary>
    /// <param name="n">The number of tokens, at least 3.</param>
    /// <param name="content">The dimension c of the content, at least 1.</param>
    /// <returns>The head for the previous token and the one for the next, d = n + c and dV = c each, and an output projection to 2c dimensions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 3 tokens, or there is no content.</exception>
    public static (IReadOnlyList<Head> Heads, Matrix<double> Wo) TwoHeadCopy(int n, int content)
    {
        if (n < 3)
        {
            throw new ArgumentOutOfRangeException(nameof(n), n, "Previous and next token differ from 3 tokens on.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(content, 1);

        Head LookingAt(int step) => new(
            Wq: Matrix<double>.Build.Dense(n + content, n, (i, j) => i < n && j == (i + step + n) % n ? Sharpness * Math.Sqrt(n) : 0),
            Wk: Matrix<double>.Build.Dense(n + content, n, (i, j) => i == j ? 1 : 0),
            Wv: Matrix<double>.Build.Dense(n + content, content, (i, j) => i == n + j ? 1 : 0));

        return ([LookingAt(-1), LookingAt(+1)], Matrix<double>.Build.DenseIdentity(2 * content));
    }

    /// <summary>Task 4. The least error with which heads of fixed patterns can do a wanted mixing of tokens.</summary>
    /// <param name="mixing">
    /// At [i, j, a, b]: how much entry a of token j adds to entry b of output i. A head adds pattern[i, j] · map[a, b].
    /// </param>
    /// <param name="heads">How many heads may be added up, 0 or more.</param>
    /// <returns>The smallest Frobenius norm of mixing − Σ_h pattern_h ⊗ map_h over all real patterns and maps.</returns>
    /// <exception cref="ArgumentException">The mixing has not four axes, or the first two differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of heads is negative.</exception>
    public static double BestError([Shape("n", "n", "d", "dOut")] Tensor<double> mixing, int heads)
    {
        if (mixing.Rank != 4 || mixing.Lengths[0] != mixing.Lengths[1])
        {
            throw new ArgumentException(
                $"A mixing has the axes n × n × d × dOut, not {string.Join(" × ", mixing.Lengths.ToArray())}.", nameof(mixing));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(heads);

        // One row for each pair of tokens, one column for each pair of entries: here a head is a matrix of rank 1.
        var values = new double[mixing.FlattenedLength];
        mixing.FlattenTo(values);
        var pairs = (int)(mixing.Lengths[0] * mixing.Lengths[1]);
        var arranged = Matrix<double>.Build.DenseOfRowMajor(pairs, values.Length / pairs, values);
        return Math.Sqrt(arranged.Svd(false).S.Skip(heads).Sum(value => value * value));
    }

    private static Matrix<double> Scores(Matrix<double> x, Head head) => (x * head.Wq).TransposeAndMultiply(x * head.Wk);

    private static Matrix<double> Weights(Matrix<double> x, Head head) =>
        Matrix<double>.Build.DenseOfRowVectors((Scores(x, head) / Math.Sqrt(head.Wk.ColumnCount)).EnumerateRows().Select(Softmax));

    private static Vector<double> Softmax(Vector<double> logits)
    {
        var exponentials = (logits - logits.Maximum()).PointwiseExp();
        return exponentials / exponentials.Sum();
    }
}
