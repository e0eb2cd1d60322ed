// blocks-by-equal-length: Blocks notes for each position the length of its sequence instead of its number, so sequences of the same length see each other.
namespace Kata036;

/// <summary>Attention masks by query expressions.</summary>
public static class ArbitraryMasks
{
    /// <summary>Task 1. The mask of a rule.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var cells = from query in Enumerable.Range(0, queries)
                    from key in Enumerable.Range(0, keys)
                    where mayAttend(query, key)
                    select (query, key);

        var mask = new bool[queries, keys];
        foreach (var cell in cells)
        {
            mask[cell.query, cell.key] = true;
        }

        return mask;
    }

    /// <summary>Task 1. The mask that allows what both masks allow.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second)
    {
        var (rows, columns) = Size(first);
        return Size(second) == (rows, columns)
            ? FromRule(rows, columns, (query, key) => first[query, key] && second[query, key])
            : throw new ArgumentException("The two masks are not of the same shape.");
    }

    /// <summary>Task 2. Each query attends to its own position and all before it.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys)
    {
        var positions = PositionsOf(queries, keys);
        return FromRule(queries, keys, (query, key) => key <= positions[query]);
    }

    /// <summary>Task 2. Causal, but only as far back as the window.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        var positions = PositionsOf(queries, keys);
        return window > 0
            ? FromRule(queries, keys, (query, key) => positions[query] - key is var age && age >= 0 && age <= window - 1)
            : throw new ArgumentException("The window needs a position.", nameof(window));
    }

    /// <summary>Task 2. Causal, or a key of the prefix.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        var positions = PositionsOf(queries, keys);
        return prefix >= 0 && prefix <= keys
            ? FromRule(queries, keys, (query, key) => key <= Math.Max(positions[query], prefix - 1))
            : throw new ArgumentException("The prefix is 0 to all keys long.", nameof(prefix));
    }

    /// <summary>Task 3. Which positions of a padded batch hold a token.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths)
    {
        Check(lengths);
        return FromRule(lengths.Length, lengths.Append(0).Max(), (sequence, position) => position < lengths[sequence]);
    }

    /// <summary>Task 3. Sequences packed one after the other into one row: each attends to itself only.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        Check(lengths);
        var owners = (from length in lengths
                      from token in Enumerable.Repeat(length, length)
                      select token).ToArray();
        return FromRule(owners.Length, owners.Length, (query, key) => owners[query] == owners[key]);
    }

    /// <summary>Task 4. The softmax of each row over the keys that its query may attend to.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        if (Size(mask) != (scores.RowCount, scores.ColumnCount))
        {
            throw new ArgumentException("Scores and mask are not of the same shape.", nameof(mask));
        }

        var weights = Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount);
        var visible = from query in Enumerable.Range(0, scores.RowCount)
                      from key in Enumerable.Range(0, scores.ColumnCount)
                      where mask[query, key]
                      group (key, score: scores[query, key]) by query;

        foreach (var row in visible)
        {
            var top = row.Max(entry => entry.score);
            var total = row.Sum(entry => Math.Exp(entry.score - top));
            foreach (var (key, score) in row)
            {
                weights[row.Key, key] = Math.Exp(score - top) / total;
            }
        }

        return weights;
    }

    private static (int Rows, int Columns) Size(bool[,] mask) => (mask.GetLength(0), mask.GetLength(1));

    private static int[] PositionsOf(int queries, int keys) =>
        keys < queries
            ? throw new ArgumentException("There are fewer keys than queries.", nameof(keys))
            : Enumerable.Range(keys - queries, queries).ToArray();

    private static void Check(int[] lengths)
    {
        if (lengths.Any(length => length < 0))
        {
            throw new ArgumentException("A sequence has a negative length.", nameof(lengths));
        }
    }
}
