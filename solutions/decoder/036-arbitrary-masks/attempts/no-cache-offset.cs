// cache-forgotten: The position of query i is taken to be i, so with cached keys the masks start in the top left corner.
namespace Kata036;

/// <summary>Attention masks, in LINQ.</summary>
public static class ArbitraryMasks
{
    /// <summary>Task 1. The mask of a rule.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var mask = new bool[queries, keys];
        Enumerable.Range(0, queries).ToList().ForEach(q =>
            Enumerable.Range(0, keys).Where(k => mayAttend(q, k)).ToList().ForEach(k => mask[q, k] = true));
        return mask;
    }

    /// <summary>Task 1. Both masks.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second) =>
        Enumerable.Range(0, 2).Any(d => first.GetLength(d) != second.GetLength(d))
            ? throw new ArgumentException("The shapes of the masks differ.")
            : FromRule(first.GetLength(0), first.GetLength(1), (q, k) => first[q, k] & second[q, k]);

    /// <summary>Task 2. Lower triangle.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys) =>
        keys < queries
            ? throw new ArgumentException("keys < queries")
            : FromRule(queries, keys, (q, k) => k <= q);

    /// <summary>Task 2. Band below the diagonal.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window) =>
        window < 1
            ? throw new ArgumentException("window < 1")
            : And(Causal(queries, keys), FromRule(queries, keys, (q, k) => q - k < window));

    /// <summary>Task 2. Lower triangle and the first columns.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix) =>
        keys < queries || prefix < 0 || prefix > keys
            ? throw new ArgumentException("prefix or keys out of range")
            : FromRule(queries, keys, (q, k) => k <= q || k < prefix);

    /// <summary>Task 3. Padding of a batch.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths) =>
        Valid(lengths) is var valid && valid.Length == 0
            ? new bool[0, 0]
            : FromRule(lengths.Length, lengths.Max(), (b, t) => t < lengths[b]);

    /// <summary>Task 3. Packed batch.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        var id = Valid(lengths).SelectMany((length, b) => Enumerable.Repeat(b, length)).ToList();
        return FromRule(id.Count, id.Count, (q, k) => id[q] == id[k]);
    }

    /// <summary>Task 4. The softmax of each row over the keys that its query may attend to.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask) =>
        throw new NotImplementedException("Task 4: hide before the exponential; think of rows that hide everything.");

    private static int[] Valid(int[] lengths) =>
        lengths.Any(length => length < 0) ? throw new ArgumentException("negative length") : lengths;
}
