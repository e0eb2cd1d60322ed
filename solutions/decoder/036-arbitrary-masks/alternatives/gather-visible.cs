namespace Kata036;

public static class ArbitraryMasks
{
    private static IEnumerable<(int Query, int Key)> Pairs(int queries, int keys) =>
        from query in Enumerable.Range(0, queries)
        from key in Enumerable.Range(0, keys)
        select (query, key);

    private static bool[,] Where(int queries, int keys, Func<(int Query, int Key), bool> holds)
    {
        var mask = new bool[queries, keys];
        foreach (var pair in Pairs(queries, keys).Where(holds))
        {
            mask[pair.Query, pair.Key] = true;
        }

        return mask;
    }

    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend) =>
        Where(queries, keys, pair => mayAttend(pair.Query, pair.Key));

    public static bool[,] And(bool[,] first, bool[,] second) =>
        first.GetLength(0) == second.GetLength(0) && first.GetLength(1) == second.GetLength(1)
            ? Where(first.GetLength(0), first.GetLength(1), p => first[p.Query, p.Key] && second[p.Query, p.Key])
            : throw new ArgumentException("The masks differ in shape.");

    // Distances are counted from the end: the last query stands at the last key.
    private static int Ahead((int Query, int Key) pair, int queries, int keys) => (keys - 1 - pair.Key) - (queries - 1 - pair.Query);

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }

    public static bool[,] Causal(int queries, int keys)
    {
        Require(queries <= keys, "Too few keys.");
        return Where(queries, keys, pair => Ahead(pair, queries, keys) >= 0);
    }

    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        Require(queries <= keys, "Too few keys.");
        Require(window > 0, "The window is empty.");
        return Where(queries, keys, pair => Ahead(pair, queries, keys) is var back && back >= 0 && back <= window - 1);
    }

    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        Require(queries <= keys, "Too few keys.");
        Require(prefix >= 0 && prefix <= keys, "The prefix is not part of the sequence.");
        return Where(queries, keys, pair => pair.Key < prefix || Ahead(pair, queries, keys) >= 0);
    }

    public static bool[,] Padding(int[] lengths)
    {
        Require(lengths.All(length => length >= 0), "A length is negative.");
        return Where(lengths.Length, lengths.Append(0).Max(), pair => lengths[pair.Query] > pair.Key);
    }

    public static bool[,] Blocks(int[] lengths)
    {
        Require(lengths.All(length => length >= 0), "A length is negative.");
        var ends = lengths.Select((_, i) => lengths.Take(i + 1).Sum()).ToArray();
        var total = lengths.Sum();
        return Where(total, total, pair => !ends.Any(end => (pair.Query < end) != (pair.Key < end)));
    }

    public static Matrix<double> MaskedSoftmax(Matrix<double> scores, bool[,] mask)
    {
        Require((scores.RowCount, scores.ColumnCount) == (mask.GetLength(0), mask.GetLength(1)), "Scores and mask differ in shape.");
        var weights = scores.Clone();
        weights.Clear();
        foreach (var row in Pairs(scores.RowCount, scores.ColumnCount).Where(pair => mask[pair.Query, pair.Key]).GroupBy(pair => pair.Query))
        {
            var visible = Vector<double>.Build.DenseOfEnumerable(row.Select(pair => scores[pair.Query, pair.Key]));
            var exponentials = (visible - visible.Maximum()).PointwiseExp();
            foreach (var (pair, exponential) in row.Zip(exponentials))
            {
                weights[pair.Query, pair.Key] = exponential / exponentials.Sum();
            }
        }

        return weights;
    }
}
