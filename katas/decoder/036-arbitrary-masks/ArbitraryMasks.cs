namespace Kata036;

/// <summary>
/// Attention masks of any position and length. A mask is a relation between queries and keys: <c>mask[query, key]</c>
/// is true where the query may attend to the key. The last query stands at the last key, so with a cache of earlier
/// keys query i has position keys − queries + i. Sources: Vaswani et al. 2017, section 3.2.3 (arXiv:1706.03762) for
/// the causal mask, Raffel et al. 2019 (arXiv:1910.10683) for the prefix, Beltagy et al. 2020 (arXiv:2004.05150) for
/// the window.
/// </summary>
public static class ArbitraryMasks
{
    /// <summary>Task 1. The mask of a rule: the general form, of which every other mask is a case.</summary>
    /// <param name="queries">Number of rows.</param>
    /// <param name="keys">Number of columns.</param>
    /// <param name="mayAttend">Called with the row and the column, both from 0.</param>
    /// <returns>True where the rule says so.</returns>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend) =>
        throw new NotImplementedException("Task 1: ask the rule for every row and column.");

    /// <summary>Task 1. The mask that allows what both masks allow.</summary>
    /// <param name="first">One mask; it is not changed.</param>
    /// <param name="second">Another mask of the same shape; it is not changed.</param>
    /// <returns>A new mask.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second) =>
        throw new NotImplementedException("Task 1: refuse different shapes; then both have to allow a pair.");

    /// <summary>Task 2. Each query attends to its own position and all before it.</summary>
    /// <param name="queries">Number of queries: the last ones of the sequence.</param>
    /// <param name="keys">Number of keys, at least as many: the whole sequence with its cached part.</param>
    /// <returns>True where the key is not after the query.</returns>
    /// <exception cref="ArgumentException">Fewer keys than queries.</exception>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys) =>
        throw new NotImplementedException("Task 2: compare the key with the query's position, which the cached keys shift.");

    /// <summary>Task 2. Each query attends to the last <paramref name="window"/> positions, its own among them.</summary>
    /// <param name="queries">Number of queries: the last ones of the sequence.</param>
    /// <param name="keys">Number of keys, at least as many.</param>
    /// <param name="window">How many positions a query attends to; 1 is only its own, any number above the keys is causal.</param>
    /// <returns>True where the key is in the query's window.</returns>
    /// <exception cref="ArgumentException">Fewer keys than queries, or a window below 1.</exception>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window) =>
        throw new NotImplementedException("Task 2: causal, and not too far back.");

    /// <summary>Task 2. Every query attends to the whole prefix; after the prefix attention is causal.</summary>
    /// <param name="queries">Number of queries: the last ones of the sequence.</param>
    /// <param name="keys">Number of keys, at least as many.</param>
    /// <param name="prefix">How many of the first keys form the prefix, from 0 to all.</param>
    /// <returns>True where the key is in the prefix or not after the query.</returns>
    /// <exception cref="ArgumentException">Fewer keys than queries, or a prefix that is negative or longer than the keys.</exception>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix) =>
        throw new NotImplementedException("Task 2: causal, or a key of the prefix.");

    /// <summary>Task 3. Which positions of a padded batch hold a token.</summary>
    /// <param name="lengths">The length of each sequence of the batch, 0 or more.</param>
    /// <returns>One row per sequence, as wide as the longest (0 × 0 without any): true for tokens, false for the padding after them.</returns>
    /// <exception cref="ArgumentException">A length is negative.</exception>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths) =>
        throw new NotImplementedException("Task 3: one row per sequence; which positions come before its end?");

    /// <summary>Task 3. Sequences packed one after the other into one row: each attends to itself only.</summary>
    /// <param name="lengths">The lengths of the packed sequences in order, 0 or more.</param>
    /// <returns>A square mask as wide as the sum of the lengths: true where query and key are of the same sequence.</returns>
    /// <exception cref="ArgumentException">A length is negative.</exception>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths) =>
        throw new NotImplementedException("Task 3: which sequence does each position belong to?");

    /// <summary>Task 4. The softmax of each row over the keys that its query may attend to.</summary>
    /// <param name="scores">One row per query, one column per key, finite where the mask is true, up to ±1e10; not changed.</param>
    /// <param name="mask">True where the query may attend to the key; of the scores' shape; not changed.</param>
    /// <returns>Weights: 0 for hidden keys whatever their score is; rows that may attend to nothing are all 0.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask) =>
        throw new NotImplementedException("Task 4: hide before the exponential; think of rows that hide everything.");
}
