namespace Kata036;

/// <summary>
/// Masks as rules on the distance from the key to the query; recursion over lengths and over halves of a row;
/// weights as exp(score − log Σ exp) instead of a division.
/// </summary>
public static class ArbitraryMasks
{
    /// <summary>Task 1. The mask of a rule.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var mask = new bool[queries, keys];
        foreach (var (i, j) in Pairs(queries, keys))
            mask[i, j] = mayAttend(i, j);
        return mask;
    }

    private static IEnumerable<(int Query, int Key)> Pairs(int queries, int keys) =>
        from key in Enumerable.Range(0, keys)
        from query in Enumerable.Range(0, queries)
        select (query, key);

    /// <summary>Task 1. The mask that allows what both masks allow.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second) =>
        (first.GetLength(0) - second.GetLength(0), first.GetLength(1) - second.GetLength(1)) switch
        {
            (0, 0) => FromRule(first.GetLength(0), first.GetLength(1), (i, j) => (first[i, j], second[i, j]) is (true, true)),
            _ => throw new ArgumentException("Both masks need the same shape."),
        };

    /// <summary>Task 2. Causal is the language model without a prefix.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys) =>
        keys < queries ? throw new ArgumentException("More queries than keys.") : PrefixLm(queries, keys, 0);

    /// <summary>Task 2. Distances 0 to window − 1.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window) => (keys - queries, window) switch
    {
        ( < 0, _) => throw new ArgumentException("More queries than keys."),
        (_, < 1) => throw new ArgumentException("A window holds at least one position."),
        var (cached, wide) => FromRule(queries, keys, (i, j) => (cached + i - j) is var back and >= 0 && back < wide),
    };

    /// <summary>Task 2. Not hidden, where hidden is: after the query and outside the prefix.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix) => (keys - queries, prefix, keys - prefix) switch
    {
        ( < 0, _, _) => throw new ArgumentException("More queries than keys."),
        (_, < 0, _) or (_, _, < 0) => throw new ArgumentException("The prefix is not a part of the keys."),
        var (cached, _, _) => FromRule(queries, keys, (i, j) => !(cached + i < j && prefix <= j)),
    };

    /// <summary>Task 3. Which positions of a padded batch hold a token.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths)
    {
        return FromRule(lengths.Length, Longest(lengths), (sequence, position) => lengths[sequence] > position);

        static int Longest(int[] some) => some switch
        {
            [] => 0,
            [< 0, ..] => throw new ArgumentException("Negative length."),
            [var head, .. var tail] => Math.Max(head, Longest(tail)),
        };
    }

    /// <summary>Task 3. A position belongs to the sequence whose number is how many sequences ended before it.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        var ends = Ends(0, lengths);
        var total = ends.Length == 0 ? 0 : ends[^1];
        var ended = Enumerable.Range(0, total).Select(position => ends.Count(end => end <= position)).ToArray();
        return FromRule(total, total, (i, j) => ended[i] == ended[j]);

        static int[] Ends(int start, int[] some) => some switch
        {
            [] => [],
            [< 0, ..] => throw new ArgumentException("Negative length."),
            [var head, .. var tail] => [start + head, .. Ends(start + head, tail)],
        };
    }

    /// <summary>Task 4. The softmax of each row over the keys that its query may attend to.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        var (rows, columns) = (scores.RowCount, scores.ColumnCount);
        if ((mask.GetLength(0), mask.GetLength(1)) != (rows, columns))
            throw new ArgumentException("The mask does not fit the scores.");

        var logSums = Enumerable.Range(0, rows)
            .Select(i => Mass(i, 0, columns) is { } mass ? mass.Top + Math.Log(mass.Sum) : 0.0)
            .ToArray();
        return Matrix<double>.Build.Dense(rows, columns, (i, j) => mask[i, j] ? Math.Exp(scores[i, j] - logSums[i]) : 0.0);

        // The pair stands for sum · exp(top); null is the mass of nothing.
        (double Top, double Sum)? Mass(int row, int from, int to)
        {
            if (from == to)
                return null;
            if (to - from == 1)
                return mask[row, from] ? (scores[row, from], 1.0) : null;
            var middle = from + ((to - from) / 2);
            return Merge(Mass(row, from, middle), Mass(row, middle, to));
        }

        static (double Top, double Sum)? Merge((double Top, double Sum)? left, (double Top, double Sum)? right) => (left, right) switch
        {
            (null, _) => right,
            (_, null) => left,
            ({ } a, { } b) when a.Top >= b.Top => (a.Top, a.Sum + (b.Sum * Math.Exp(b.Top - a.Top))),
            ({ } a, { } b) => (b.Top, b.Sum + (a.Sum * Math.Exp(a.Top - b.Top))),
        };
    }
}
