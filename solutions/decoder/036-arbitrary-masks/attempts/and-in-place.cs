// and-changes-its-input: And writes the result into its first mask and returns that, so an input is changed.
namespace Kata036;

/// <summary>
/// Attention masks of any position and length.
/// </summary>
public static class ArbitraryMasks
{
    private static void EnsureSameShape(bool[,] expected, bool[,] actual)
    {
        for (int dimension = 0; dimension < expected.Rank; dimension++)
        {
            if (expected.GetLength(dimension) != actual.GetLength(dimension))
            {
                throw new ArgumentException($"Dimension {dimension} differs.");
            }
        }
    }

    private static int FirstPosition(int queries, int keys)
    {
        int cached = keys - queries;
        if (cached < 0)
        {
            throw new ArgumentException("There are fewer keys than queries.", nameof(keys));
        }

        return cached;
    }

    private static void EnsureLengths(int[] lengths)
    {
        if (Array.Exists(lengths, length => length < 0))
        {
            throw new ArgumentException("No length may be negative.", nameof(lengths));
        }
    }

    /// <summary>Task 1. The mask of a rule.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        bool[,] mask = new bool[queries, keys];
        for (int query = 0; query < queries; ++query)
        {
            for (int key = 0; key < keys; ++key)
            {
                mask[query, key] = mayAttend(query, key);
            }
        }

        return mask;
    }

    /// <summary>Task 1. The mask that allows what both masks allow.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second)
    {
        EnsureSameShape(first, second);
        for (int query = 0; query < first.GetLength(0); ++query)
        {
            for (int key = 0; key < first.GetLength(1); ++key)
            {
                first[query, key] &= second[query, key];
            }
        }

        return first;
    }

    /// <summary>Task 2. Causal mask.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys)
    {
        int offset = FirstPosition(queries, keys);
        return FromRule(queries, keys, (query, key) => key <= offset + query);
    }

    /// <summary>Task 2. Causal mask with a window.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        int offset = FirstPosition(queries, keys);
        if (window < 1)
        {
            throw new ArgumentException("The window has to be at least 1.", nameof(window));
        }

        bool[,] notTooOld = FromRule(queries, keys, (query, key) => key > offset + query - window);
        return And(notTooOld, Causal(queries, keys));
    }

    /// <summary>Task 2. Causal mask with a visible prefix.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        int offset = FirstPosition(queries, keys);
        if (prefix < 0 || prefix > keys)
        {
            throw new ArgumentException("The prefix has to lie within the keys.", nameof(prefix));
        }

        return FromRule(queries, keys, (query, key) => key < prefix || key <= offset + query);
    }

    /// <summary>Task 3. Which positions of a padded batch hold a token.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths)
    {
        EnsureLengths(lengths);
        int longest = lengths.Length > 0 ? lengths.Max() : 0;
        return FromRule(lengths.Length, longest, (sequence, position) => position < lengths[sequence]);
    }

    /// <summary>Task 3. Packed sequences.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        EnsureLengths(lengths);
        int[] sequenceOf = new int[lengths.Sum()];
        int position = 0;
        for (int sequence = 0; sequence < lengths.Length; ++sequence)
        {
            Array.Fill(sequenceOf, sequence, position, lengths[sequence]);
            position += lengths[sequence];
        }

        return FromRule(position, position, (query, key) => sequenceOf[query] == sequenceOf[key]);
    }

    /// <summary>Task 4. The softmax of each row over the visible keys.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        EnsureSameShape(new bool[scores.RowCount, scores.ColumnCount], mask);
        double[,] values = scores.ToArray();
        for (int query = 0; query < scores.RowCount; ++query)
        {
            double largest = double.NegativeInfinity;
            for (int key = 0; key < scores.ColumnCount; ++key)
            {
                values[query, key] = mask[query, key] ? values[query, key] : double.NegativeInfinity;
                largest = Math.Max(largest, values[query, key]);
            }

            bool nothingVisible = double.IsNegativeInfinity(largest);
            double total = 0;
            for (int key = 0; key < scores.ColumnCount; ++key)
            {
                values[query, key] = nothingVisible ? 0 : Math.Exp(values[query, key] - largest);
                total += values[query, key];
            }

            for (int key = 0; key < scores.ColumnCount && !nothingVisible; ++key)
            {
                values[query, key] /= total;
            }
        }

        return Matrix<double>.Build.DenseOfArray(values);
    }
}
