namespace Kata027;

public sealed record Head(Matrix<double> Wq, Matrix<double> Wk, Matrix<double> Wv);

public static class MultiHeadMechanism
{
    public static Matrix<double> HeadSum(Matrix<double> x, IReadOnlyList<Head> heads, Matrix<double> wo)
    {
        if (heads.Count == 0)
        {
            throw new ArgumentException("no heads", nameof(heads));
        }

        // Side by side, as a library does it.
        var sideBySide = heads.Select(head => One(x, head)).Aggregate((left, right) => left.Append(right));
        return sideBySide.Multiply(wo);
    }

    public static int ScoreRank(Matrix<double> x, Head head)
    {
        var queries = (x * head.Wq).Transpose().ToRowArrays();
        var keys = (x * head.Wk).Transpose().ToRowArrays();
        var scores = Matrix<double>.Build.Dense(x.RowCount, x.RowCount, (i, j) => queries.Zip(keys).Sum(pair => pair.First[i] * pair.Second[j]));
        var values = scores.Svd(computeVectors: false).S.ToArray();
        var rank = 0;
        while (rank < values.Length && values[rank] > values[0] * 1e-9)
        {
            rank++;
        }

        return rank;
    }

    public static (IReadOnlyList<Head> Heads, Matrix<double> Wo) TwoHeadCopy(int n, int content)
    {
        if (n < 3 || content < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(n));
        }

        // Positions on a circle: two dimensions are enough, the query is the key of its own position, turned by one step.
        const double Gap = 40;
        var step = 2 * Math.PI / n;
        var length = Math.Sqrt(Gap * Math.Sqrt(2) / (1 - Math.Cos(step)));
        Matrix<double> Circle(int turn) => Matrix<double>.Build.Dense(n + content, 2, (i, c) =>
            i >= n ? 0 : length * (c == 0 ? Math.Cos((i + turn) * step) : Math.Sin((i + turn) * step)));

        var hand = Matrix<double>.Build.Dense(n, content).Stack(Matrix<double>.Build.DenseIdentity(content));
        var nothing = Matrix<double>.Build.Dense(content, content);
        var place = Matrix<double>.Build.DenseIdentity(content);
        return (new List<Head> { new(Circle(-1), Circle(0), hand), new(Circle(1), Circle(0), hand) },
            place.Append(nothing).Stack(nothing.Append(place)));
    }

    public static double BestError(Tensor<double> mixing, int heads)
    {
        if (heads < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(heads));
        }

        if (mixing.Rank != 4 || mixing.Lengths[0] != mixing.Lengths[1])
        {
            throw new ArgumentException("four axes, the first two alike", nameof(mixing));
        }

        var n = (int)mixing.Lengths[0];
        var (from, to) = ((int)mixing.Lengths[2], (int)mixing.Lengths[3]);
        var gram = Matrix<double>.Build.Dense(from * to, from * to);
        for (var left = 0; left < from * to; left++)
        {
            for (var right = 0; right < from * to; right++)
            {
                for (var i = 0; i < n; i++)
                {
                    for (var j = 0; j < n; j++)
                    {
                        gram[left, right] += mixing[i, j, left / to, left % to] * mixing[i, j, right / to, right % to];
                    }
                }
            }
        }

        var eigenvalues = gram.Evd(Symmetricity.Symmetric).EigenValues.Select(value => Math.Max(0, value.Real));
        var rest = eigenvalues.OrderDescending().Skip(heads).Sum();
        return rest < 1e-20 * gram.Trace() ? 0 : Math.Sqrt(rest);
    }

    private static Matrix<double> One(Matrix<double> x, Head head)
    {
        var keys = x * head.Wk;
        var values = x * head.Wv;
        return Matrix<double>.Build.DenseOfRows((x * head.Wq).EnumerateRows().Select(query =>
        {
            var scores = (keys * query).Divide(Math.Sqrt(query.Count));
            var weights = scores.Subtract(scores.Max()).Map(Math.Exp);
            return weights.Divide(weights.Sum()) * values;
        }));
    }
}
