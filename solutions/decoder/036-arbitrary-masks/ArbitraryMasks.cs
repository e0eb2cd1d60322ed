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
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var mask = new bool[queries, keys];
        for (var query = 0; query < queries; query++)
        {
            for (var key = 0; key < keys; key++)
            {
                mask[query, key] = mayAttend(query, key);
            }
        }

        return mask;
    }

    /// <summary>Task 1. The mask that allows what both masks allow.</summary>
    /// <param name="first">One mask; it is not changed.</param>
    /// <param name="second">Another mask of the same shape; it is not changed.</param>
    /// <returns>A new mask.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second)
    {
        var (queries, keys) = (first.GetLength(0), first.GetLength(1));
        if ((second.GetLength(0), second.GetLength(1)) != (queries, keys))
        {
            throw new ArgumentException(
                $"Masks of {queries} × {keys} and {second.GetLength(0)} × {second.GetLength(1)}: the shapes have to be equal.", nameof(second));
        }

        return FromRule(queries, keys, (query, key) => first[query, key] && second[query, key]);
    }

    /// <summary>Task 2. Each query attends to its own position and all before it.</summary>
    /// <param name="queries">Number of queries: the last ones of the sequence.</param>
    /// <param name="keys">Number of keys, at least as many: the whole sequence with its cached part.</param>
    /// <returns>True where the key is not after the query.</returns>
    /// <exception cref="ArgumentException">Fewer keys than queries.</exception>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys)
    {
        var cached = CachedKeys(queries, keys);
        return FromRule(queries, keys, (query, key) => key <= cached + query);
    }

    /// <summary>Task 2. Each query attends to the last <paramref name="window"/> positions, its own among them.</summary>
    /// <param name="queries">Number of queries: the last ones of the sequence.</param>
    /// <param name="keys">Number of keys, at least as many.</param>
    /// <param name="window">How many positions a query attends to; 1 is only its own, any number above the keys is causal.</param>
    /// <returns>True where the key is in the query's window.</returns>
    /// <exception cref="ArgumentException">Fewer keys than queries, or a window below 1.</exception>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        if (window < 1)
        {
            throw new ArgumentException($"A window of {window} positions: it has to hold at least the query's own.", nameof(window));
        }

        var cached = CachedKeys(queries, keys);
        return And(Causal(queries, keys), FromRule(queries, keys, (query, key) => key > cached + query - window));
    }

    /// <summary>Task 2. Every query attends to the whole prefix; after the prefix attention is causal.</summary>
    /// <param name="queries">Number of queries: the last ones of the sequence.</param>
    /// <param name="keys">Number of keys, at least as many.</param>
    /// <param name="prefix">How many of the first keys form the prefix, from 0 to all.</param>
    /// <returns>True where the key is in the prefix or not after the query.</returns>
    /// <exception cref="ArgumentException">Fewer keys than queries, or a prefix that is negative or longer than the keys.</exception>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        if (prefix < 0 || prefix > keys)
        {
            throw new ArgumentException($"A prefix of {prefix} in a sequence of {keys}: it has to be from 0 to {keys}.", nameof(prefix));
        }

        var causal = Causal(queries, keys);
        return FromRule(queries, keys, (query, key) => causal[query, key] || key < prefix);
    }

    /// <summary>Task 3. Which positions of a padded batch hold a token.</summary>
    /// <param name="lengths">The length of each sequence of the batch, 0 or more.</param>
    /// <returns>One row per sequence, as wide as the longest (0 × 0 without any): true for tokens, false for the padding after them.</returns>
    /// <exception cref="ArgumentException">A length is negative.</exception>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths)
    {
        RefuseNegative(lengths);
        return FromRule(lengths.Length, lengths.DefaultIfEmpty(0).Max(), (sequence, position) => position < lengths[sequence]);
    }

    /// <summary>Task 3. Sequences packed one after the other into one row: each attends to itself only.</summary>
    /// <param name="lengths">The lengths of the packed sequences in order, 0 or more.</param>
    /// <returns>A square mask as wide as the sum of the lengths: true where query and key are of the same sequence.</returns>
    /// <exception cref="ArgumentException">A length is negative.</exception>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        RefuseNegative(lengths);
        var sequenceAt = lengths.SelectMany((length, sequence) => Enumerable.Repeat(sequence, length)).ToArray();
        return FromRule(sequenceAt.Length, sequenceAt.Length, (query, key) => sequenceAt[query] == sequenceAt[key]);
    }

    /// <summary>Task 4. The softmax of each row over the keys that its query may attend to.</summary>
    /// <param name="scores">One row per query, one column per key, finite where the mask is true, up to ±1e10; not changed.</param>
    /// <param name="mask">True where the query may attend to the key; of the scores' shape; not changed.</param>
    /// <returns>Weights: 0 for hidden keys whatever their score is; rows that may attend to nothing are all 0.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        if ((mask.GetLength(0), mask.GetLength(1)) != (scores.RowCount, scores.ColumnCount))
        {
            throw new ArgumentException(
                $"Scores of {scores.RowCount} × {scores.ColumnCount}, a mask of {mask.GetLength(0)} × {mask.GetLength(1)}: the shapes have to be equal.",
                nameof(mask));
        }

        var visible = scores.MapIndexed((query, key, score) => mask[query, key] ? score : double.NegativeInfinity, Zeros.Include);
        return Matrix<double>.Build.DenseOfRowVectors(visible.EnumerateRows().Select(Softmax));
    }

    private static Vector<double> Softmax(Vector<double> logits)
    {
        var highest = logits.Maximum();
        if (double.IsNegativeInfinity(highest))
        {
            return Vector<double>.Build.Dense(logits.Count);
        }

        var exponentials = (logits - highest).PointwiseExp();
        return exponentials / exponentials.Sum();
    }

    private static int CachedKeys(int queries, int keys) =>
        keys >= queries
            ? keys - queries
            : throw new ArgumentException($"{queries} queries but {keys} keys: every query needs the key of its own position.", nameof(keys));

    private static void RefuseNegative(int[] lengths)
    {
        if (lengths.Any(length => length < 0))
        {
            throw new ArgumentException($"Lengths {string.Join(", ", lengths)}: a length is 0 or more.", nameof(lengths));
        }
    }
}
