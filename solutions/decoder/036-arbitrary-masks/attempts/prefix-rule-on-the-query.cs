// prefix-rule-on-the-query: PrefixLm asks whether the query is in the prefix instead of the key, so the prefix sees what comes after it.
namespace Kata036;

/// <summary>Masks as combinations of rules; a rule is a function of two positions.</summary>
public static class ArbitraryMasks
{
    private delegate bool Rule(int query, int key);

    private static Rule Both(Rule a, Rule b) => (q, k) => a(q, k) && b(q, k);

    private static Rule Either(Rule a, Rule b) => (q, k) => a(q, k) || b(q, k);

    private static readonly Rule NotAfter = (q, k) => k <= q;

    private static bool[,] AtTheEnd(int queries, int keys, Rule rule) => (keys - queries) switch
    {
        < 0 => throw new ArgumentException($"{keys} keys are fewer than {queries} queries."),
        var cached => FromRule(queries, keys, (i, j) => rule(cached + i, j)),
    };

    /// <summary>Task 1. The mask of a rule.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        return Column(new bool[queries, keys], keys - 1);

        bool[,] Column(bool[,] mask, int j)
        {
            for (; j >= 0; j--)
                for (var i = 0; i < queries; i++)
                    mask[i, j] = mayAttend(i, j);
            return mask;
        }
    }

    /// <summary>Task 1. The mask that allows what both masks allow.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second) =>
        (first.GetLength(0), first.GetLength(1)) is var (n, m) && second.GetLength(0) == n && second.GetLength(1) == m
            ? FromRule(n, m, (i, j) => (first[i, j], second[i, j]) switch { (true, true) => true, _ => false })
            : throw new ArgumentException("Masks of different shapes.");

    /// <summary>Task 2. Causal.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys) => AtTheEnd(queries, keys, NotAfter);

    /// <summary>Task 2. Sliding window.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window) => window switch
    {
        < 1 => throw new ArgumentException("The window is empty."),
        _ => AtTheEnd(queries, keys, Both(NotAfter, (q, k) => q - k < window)),
    };

    /// <summary>Task 2. Causal with a bidirectional prefix.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix) => (prefix, keys - prefix) switch
    {
        ( < 0, _) or (_, < 0) => throw new ArgumentException("The prefix does not fit."),
        _ => AtTheEnd(queries, keys, Either(NotAfter, (q, k) => q < prefix)),
    };

    /// <summary>Task 3. Which positions of a padded batch hold a token.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths) =>
        FromRule(
            lengths.Length,
            lengths.Aggregate(0, (longest, length) => length < 0 ? throw new ArgumentException("Negative length.") : Math.Max(longest, length)),
            (b, t) => t < lengths[b]);

    /// <summary>Task 3. Sequences packed one after the other into one row: each attends to itself only.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths) =>
        throw new NotImplementedException("Task 3: which sequence does each position belong to?");

    /// <summary>Task 4. The softmax of each row over the keys that its query may attend to.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask) =>
        throw new NotImplementedException("Task 4: hide before the exponential; think of rows that hide everything.");
}
