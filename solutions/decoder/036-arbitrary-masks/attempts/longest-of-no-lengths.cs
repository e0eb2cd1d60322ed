// longest-of-no-lengths: Padding takes the maximum of an empty list, so no lengths at all throw an InvalidOperationException.
namespace Kata036;

/// <summary>Attention masks with local functions.</summary>
public static class ArbitraryMasks
{
    /// <summary>Task 1. The mask of a rule.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var answer = new bool[queries, keys];
        for (var i = queries - 1; i >= 0; i--)
        for (var j = keys - 1; j >= 0; j--)
        {
            if (mayAttend(i, j)) answer[i, j] = true;
        }
        return answer;
    }

    /// <summary>Task 1. The mask that allows what both masks allow.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second)
    {
        bool same = first.GetLength(0) == second.GetLength(0) && first.GetLength(1) == second.GetLength(1);
        if (!same) throw new ArgumentException("masks of different shape");

        return FromRule(first.GetLength(0), first.GetLength(1), BothAllow);

        bool BothAllow(int i, int j) => first[i, j] && second[i, j];
    }

    /// <summary>Task 2. Causal.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys)
    {
        if (keys < queries) throw new ArgumentException("not enough keys", nameof(keys));

        // Seen from the end: the key may not be nearer to the end than the query.
        return FromRule(queries, keys, (i, j) => FromEnd(j, keys) >= FromEnd(i, queries));
    }

    /// <summary>Task 2. Sliding window.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        if (keys < queries) throw new ArgumentException("not enough keys", nameof(keys));
        if (window < 1) throw new ArgumentException("window has to be positive", nameof(window));

        return FromRule(queries, keys, InWindow);

        bool InWindow(int i, int j)
        {
            int back = FromEnd(j, keys) - FromEnd(i, queries);
            return back >= 0 && back < window;
        }
    }

    /// <summary>Task 2. Prefix language model.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        if (keys < queries) throw new ArgumentException("not enough keys", nameof(keys));
        if (prefix < 0) throw new ArgumentException("negative prefix", nameof(prefix));
        if (prefix > keys) throw new ArgumentException("prefix longer than the keys", nameof(prefix));

        return FromRule(queries, keys, Sees);

        bool Sees(int i, int j)
        {
            if (j < prefix) return true;
            return FromEnd(j, keys) >= FromEnd(i, queries);
        }
    }

    private static int FromEnd(int index, int count) => count - 1 - index;

    /// <summary>Task 3. Which positions of a padded batch hold a token.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths)
    {
        int longest = lengths.Max();
        foreach (var length in lengths) CheckLength(length);

        return FromRule(lengths.Length, longest < 0 ? 0 : longest, HasToken);

        bool HasToken(int sequence, int position) => position < lengths[sequence];
    }

    /// <summary>Task 3. Packed sequences.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        // starts[s] is where sequence s begins, starts[s + 1] where it ends.
        var starts = new int[lengths.Length + 1];
        for (var s = 0; s < lengths.Length; s++)
        {
            CheckLength(lengths[s]);
            starts[s + 1] = starts[s] + lengths[s];
        }

        var answer = new bool[starts[^1], starts[^1]];
        for (var s = 0; s < lengths.Length; s++) FillSquare(starts[s], starts[s + 1]);
        return answer;

        void FillSquare(int from, int to)
        {
            for (var i = from; i < to; i++)
            for (var j = from; j < to; j++)
                answer[i, j] = true;
        }
    }

    private static void CheckLength(int length)
    {
        if (length < 0) throw new ArgumentException("negative length: " + length);
    }

    /// <summary>Task 4. Softmax of what is visible.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        int n = scores.RowCount, m = scores.ColumnCount;
        if (n != mask.GetLength(0) || m != mask.GetLength(1)) throw new ArgumentException("mask does not fit", nameof(mask));

        var weights = Matrix<double>.Build.Dense(n, m);
        for (var i = 0; i < n; i++) FillRow(i);
        return weights;

        void FillRow(int i)
        {
            double? peak = null;
            for (var j = 0; j < m; j++)
            {
                if (mask[i, j]) peak = Math.Max(peak ?? scores[i, j], scores[i, j]);
            }
            if (peak is not double top) return;

            double total = 0;
            for (var j = 0; j < m; j++)
            {
                if (mask[i, j]) total += Math.Exp(scores[i, j] - top);
            }
            for (var j = 0; j < m; j++)
            {
                if (mask[i, j]) weights[i, j] = Math.Exp(scores[i, j] - top) / total;
            }
        }
    }
}
