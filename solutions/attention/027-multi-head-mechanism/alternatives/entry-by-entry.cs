namespace Kata027;

public sealed record Head(Matrix<double> Wq, Matrix<double> Wk, Matrix<double> Wv);

public static class MultiHeadMechanism
{
    public static Matrix<double> HeadSum(Matrix<double> x, IReadOnlyList<Head> heads, Matrix<double> wo)
    {
        var available = wo.RowCount;
        var output = new double[x.RowCount, wo.ColumnCount];
        foreach (var (wq, wk, wv) in heads)
        {
            var first = wo.RowCount - available;
            available -= wv.ColumnCount;
            if (available < 0)
            {
                throw new ArgumentException("the output projection has too few rows");
            }

            // What the head does to an entry of a token, and how much it makes of every token.
            var map = wv * wo.SubMatrix(first, wv.ColumnCount, 0, wo.ColumnCount);
            var scores = ScoreTable(x, wq, wk);
            for (var i = 0; i < x.RowCount; i++)
            {
                var greatest = Enumerable.Range(0, x.RowCount).Max(j => scores[i, j]);
                var exponentials = Enumerable.Range(0, x.RowCount).Select(j => Math.Exp((scores[i, j] - greatest) / Math.Sqrt(wq.ColumnCount))).ToArray();
                var total = exponentials.Sum();
                for (var j = 0; j < x.RowCount; j++)
                {
                    for (var a = 0; a < x.ColumnCount; a++)
                    {
                        for (var b = 0; b < wo.ColumnCount; b++)
                        {
                            output[i, b] += exponentials[j] / total * map[a, b] * x[j, a];
                        }
                    }
                }
            }
        }

        if (heads.Count == 0 || available > 0)
        {
            throw new ArgumentException("the output projection has rows that belong to no head");
        }

        return Matrix<double>.Build.DenseOfArray(output);
    }

    public static int ScoreRank(Matrix<double> x, Head head)
    {
        var values = Matrix<double>.Build.DenseOfArray(ScoreTable(x, head.Wq, head.Wk)).Svd().S;
        var threshold = values.Maximum() / 1e9;
        return values.Count(value => value > threshold);
    }

    public static (IReadOnlyList<Head> Heads, Matrix<double> Wo) TwoHeadCopy(int n, int content)
    {
        if (n <= 2)
        {
            throw new ArgumentOutOfRangeException(nameof(n), "three tokens at least");
        }

        if (content <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(content), "some content, please");
        }

        var heads = new Head[2];
        for (var h = 0; h < 2; h++)
        {
            var (wq, wk, wv) = (Matrix<double>.Build.Dense(n + content, n), Matrix<double>.Build.Dense(n + content, n), Matrix<double>.Build.Dense(n + content, content));
            for (var position = 0; position < n; position++)
            {
                var other = (position + (h == 0 ? n - 1 : 1)) % n;
                wq[position, position] = 1;
                wk[other, position] = 200;
            }

            for (var c = 0; c < content; c++)
            {
                wv[n + c, c] = 1;
            }

            heads[h] = new Head(wq, wk, wv);
        }

        return (heads, Matrix<double>.Build.DenseIdentity(2 * content));
    }

    public static double BestError(Tensor<double> mixing, int heads)
    {
        if (mixing.Rank != 4 || mixing.Lengths[0] != mixing.Lengths[1])
        {
            throw new ArgumentException("not a mixing of tokens");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 0);
        var (n, from, to) = ((int)mixing.Lengths[0], (int)mixing.Lengths[2], (int)mixing.Lengths[3]);
        var arranged = Matrix<double>.Build.Dense(from * to, n * n, (ab, ij) => mixing[ij / n, ij % n, ab / to, ab % to]);
        var squares = arranged.Svd(false).S.Select(value => value * value).ToArray();
        return Math.Sqrt(squares.OrderBy(square => square).Take(Math.Max(0, squares.Length - heads)).Sum());
    }

    private static double[,] ScoreTable(Matrix<double> x, Matrix<double> wq, Matrix<double> wk)
    {
        var form = wq * wk.Transpose();
        var scores = new double[x.RowCount, x.RowCount];
        for (var i = 0; i < x.RowCount; i++)
        {
            for (var j = 0; j < x.RowCount; j++)
            {
                scores[i, j] = x.Row(i) * form * x.Row(j);
            }
        }

        return scores;
    }
}
