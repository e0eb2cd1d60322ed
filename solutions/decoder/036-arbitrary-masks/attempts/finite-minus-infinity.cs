// large-negative-number: Hidden scores become −1e9 instead of −∞, so they get weight beside visible scores that are lower still.
namespace Kata036;

/// <summary>Attention masks, functional, with weights from the logarithm of the normaliser.</summary>
public static class ArbitraryMasks
{
    private const double Hidden = -1e9;

    /// <summary>Task 1. The mask of a rule.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var mask = new bool[queries, keys];
        Halves(0, queries);
        return mask;

        void Halves(int from, int to)
        {
            switch (to - from)
            {
                case <= 0:
                    return;
                case 1:
                    for (var key = keys; key-- > 0;)
                        mask[from, key] = mayAttend(from, key);
                    return;
                default:
                    Halves(from, (from + to) / 2);
                    Halves((from + to) / 2, to);
                    return;
            }
        }
    }

    /// <summary>Task 1. The mask that allows what both masks allow.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second) =>
        (Rows: first.GetLength(0), Columns: first.GetLength(1)) switch
        {
            var (rows, _) when rows != second.GetLength(0) => throw new ArgumentException("The masks differ in height."),
            var (_, columns) when columns != second.GetLength(1) => throw new ArgumentException("The masks differ in width."),
            var (rows, columns) => FromRule(rows, columns, (i, j) => first[i, j] ? second[i, j] : false),
        };

    /// <summary>Task 2. Causal.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys) => ByAge(queries, keys, (age, _) => age >= 0);

    /// <summary>Task 2. Sliding window.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window) =>
        window > 0
            ? ByAge(queries, keys, (age, _) => age switch { < 0 => false, var old => old < window })
            : throw new ArgumentException("At least the query itself has to be in the window.");

    /// <summary>Task 2. Prefix language model.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix) =>
        prefix >= 0 && keys >= prefix
            ? ByAge(queries, keys, (age, key) => (age, key - prefix) is ( >= 0, _) or (_, < 0))
            : throw new ArgumentException("The prefix has to be a part of the keys.");

    /// <summary>Task 3. Which positions of a padded batch hold a token.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths) =>
        FromRule(lengths.Length, Checked(lengths).Prepend(0).Max(), (sequence, position) => lengths[sequence] - position > 0);

    /// <summary>Task 3. Packed sequences.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        var blocks = Checked(lengths)
            .Aggregate(
                (Start: 0, Spans: new List<(int Start, int End)>()),
                (state, length) =>
                {
                    state.Spans.AddRange(Enumerable.Repeat((state.Start, state.Start + length), length));
                    return (state.Start + length, state.Spans);
                });
        return FromRule(blocks.Start, blocks.Start, (i, j) => blocks.Spans[i] is var (start, end) && start <= j && j < end);
    }

    /// <summary>Task 4. The softmax of each row over the keys that its query may attend to.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        var (rows, columns) = (scores.RowCount, scores.ColumnCount);
        if (mask.GetLength(0) != rows || mask.GetLength(1) != columns)
            throw new ArgumentException("One entry of the mask for each score.");

        var normalisers = Enumerable.Range(0, rows).Select(Normaliser).ToArray();
        return Matrix<double>.Build.Dense(rows, columns, (i, j) => normalisers[i] switch
        {
            null => 0.0,
            { } row => Math.Exp(Masked(i, j) - row.Top - row.LogSum),
        });

        double Masked(int i, int j) => mask[i, j] ? scores[i, j] : Hidden;

        (double Top, double LogSum)? Normaliser(int i)
        {
            if (!Enumerable.Range(0, columns).Any(j => mask[i, j]))
                return null;
            var row = Enumerable.Range(0, columns).Select(j => Masked(i, j)).ToList();
            var top = row.Max();
            return (top, Math.Log(row.Sum(score => Math.Exp(score - top))));
        }
    }

    private static bool[,] ByAge(int queries, int keys, Func<int, int, bool> allowed) =>
        keys >= queries
            ? FromRule(queries, keys, (i, j) => allowed(keys - queries + i - j, j))
            : throw new ArgumentException("The queries are the last of the keys, so there are at least as many keys.");

    private static IEnumerable<int> Checked(int[] lengths) =>
        lengths.All(length => length >= 0) ? lengths : throw new ArgumentException("There is a negative length.");
}
