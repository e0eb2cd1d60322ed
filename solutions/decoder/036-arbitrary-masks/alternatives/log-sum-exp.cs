namespace Kata036;

public static class ArbitraryMasks
{
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend) =>
        ToMask(Matrix<double>.Build.Dense(queries, keys, (query, key) => mayAttend(query, key) ? 1 : 0));

    public static bool[,] And(bool[,] first, bool[,] second)
    {
        var (left, right) = (ToMatrix(first), ToMatrix(second));
        if (left.RowCount != right.RowCount || left.ColumnCount != right.ColumnCount)
        {
            throw new ArgumentException($"{first.Length} and {second.Length} entries in different shapes");
        }

        return ToMask(left.PointwiseMultiply(right));
    }

    public static bool[,] Causal(int queries, int keys) => SlidingWindow(queries, keys, Math.Max(keys, 1));

    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        if (window <= 0 || keys < queries)
        {
            throw new ArgumentException($"window {window}, {queries} queries, {keys} keys");
        }

        var whole = Matrix<double>.Build.Dense(keys, keys, 1);
        var tooFar = Matrix<double>.Build.Dense(keys, keys, (query, key) => query - key >= window ? 1 : 0);
        return ToMask((whole.LowerTriangle() - tooFar).SubMatrix(keys - queries, queries, 0, keys));
    }

    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        if (prefix < 0 || prefix > keys)
        {
            throw new ArgumentException($"prefix {prefix} of {keys}");
        }

        var mask = ToMatrix(Causal(queries, keys));
        for (var key = 0; key < prefix; key++)
        {
            mask.SetColumn(key, Vector<double>.Build.Dense(queries, 1));
        }

        return ToMask(mask);
    }

    public static bool[,] Padding(int[] lengths)
    {
        Check(lengths);
        var mask = new bool[lengths.Length, lengths.Length == 0 ? 0 : lengths.Max()];
        foreach (var (sequence, length) in lengths.Index())
        {
            Enumerable.Range(0, length).ToList().ForEach(position => mask[sequence, position] = true);
        }

        return mask;
    }

    public static bool[,] Blocks(int[] lengths)
    {
        Check(lengths);
        if (lengths.Sum() == 0)
        {
            return new bool[0, 0];
        }

        var mask = Matrix<double>.Build.Dense(lengths.Sum(), lengths.Sum());
        var start = 0;
        foreach (var length in lengths.Where(length => length > 0))
        {
            mask.SetSubMatrix(start, start, Matrix<double>.Build.Dense(length, length, 1));
            start += length;
        }

        return ToMask(mask);
    }

    public static Matrix<double> MaskedSoftmax(Matrix<double> scores, bool[,] mask)
    {
        if (scores.RowCount != mask.GetLength(0) || scores.ColumnCount != mask.GetLength(1))
        {
            throw new ArgumentException("scores and mask");
        }

        return Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount, (query, key) => mask[query, key]
            ? Math.Exp(scores[query, key] - LogSumExp(Enumerable.Range(0, scores.ColumnCount).Where(k => mask[query, k]).Select(k => scores[query, k])))
            : 0);
    }

    private static double LogSumExp(IEnumerable<double> scores)
    {
        var ordered = scores.OrderDescending().ToArray();
        return ordered[0] + Math.Log(ordered.Sum(score => Math.Exp(score - ordered[0])));
    }

    private static void Check(int[] lengths)
    {
        if (lengths.Length > 0 && lengths.Min() < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(lengths));
        }
    }

    private static Matrix<double> ToMatrix(bool[,] mask) =>
        Matrix<double>.Build.Dense(mask.GetLength(0), mask.GetLength(1), (query, key) => mask[query, key] ? 1 : 0);

    private static bool[,] ToMask(Matrix<double> ones)
    {
        var mask = new bool[ones.RowCount, ones.ColumnCount];
        for (var query = 0; query < ones.RowCount; query++)
        {
            for (var key = 0; key < ones.ColumnCount; key++)
            {
                mask[query, key] = ones[query, key] > 0.5;
            }
        }

        return mask;
    }
}
