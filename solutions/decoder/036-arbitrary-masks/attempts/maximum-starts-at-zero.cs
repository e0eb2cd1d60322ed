// maximum-starts-at-zero: The search for the largest visible score starts at 0, so rows of very negative scores lose all their weights.
namespace Kata036;

/// <summary>Masks as jagged rows that are assembled at the end.</summary>
public static class ArbitraryMasks
{
    private static bool[,] Assemble(List<bool[]> rows, int width)
    {
        var mask = new bool[rows.Count, width];
        int r = 0;
        foreach (bool[] row in rows)
        {
            for (int c = 0; c < width; c++) mask[r, c] = row[c];
            r++;
        }
        return mask;
    }

    private static bool[] Ones(int width, int from, int to)
    {
        var row = new bool[width];
        Array.Fill(row, true, from, to - from);
        return row;
    }

    /// <summary>Task 1. The mask of a rule.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var rows = new List<bool[]>();
        while (rows.Count < queries)
        {
            int query = rows.Count;
            var row = new bool[keys];
            for (int key = 0; key < keys; key++) row[key] = mayAttend(query, key);
            rows.Add(row);
        }
        return Assemble(rows, keys);
    }

    /// <summary>Task 1. The mask that allows what both masks allow.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second)
    {
        int height = first.GetLength(0);
        int width = first.GetLength(1);
        if (height != second.GetLength(0) || width != second.GetLength(1))
            throw new ArgumentException("not the same shape");

        var both = new bool[height, width];
        for (int r = 0; r < height; r++)
        {
            for (int c = 0; c < width; c++)
            {
                if (!first[r, c]) continue;
                if (!second[r, c]) continue;
                both[r, c] = true;
            }
        }
        return both;
    }

    /// <summary>Task 2. Causal.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys)
    {
        // A window over everything. Math.Max, because a window of 0 is not allowed but no keys at all are.
        return SlidingWindow(queries, keys, Math.Max(1, keys));
    }

    /// <summary>Task 2. Sliding window.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        if (queries > keys) throw new ArgumentException("the queries are the last of the keys");
        if (window <= 0) throw new ArgumentException("the window is too small");

        var rows = new List<bool[]>();
        for (int end = keys - queries + 1; end <= keys; end++)
            rows.Add(Ones(keys, end > window ? end - window : 0, end));
        return Assemble(rows, keys);
    }

    /// <summary>Task 2. Prefix language model.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        if (queries > keys) throw new ArgumentException("the queries are the last of the keys");
        if (prefix < 0 || prefix > keys) throw new ArgumentException("the prefix is not among the keys");

        var rows = new List<bool[]>();
        for (int end = keys - queries + 1; end <= keys; end++)
            rows.Add(Ones(keys, 0, end < prefix ? prefix : end));
        return Assemble(rows, keys);
    }

    /// <summary>Task 3. Padding.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths)
    {
        int width = 0;
        foreach (int length in lengths)
        {
            if (length < 0) throw new ArgumentException("less than no tokens");
            width = length > width ? length : width;
        }

        var rows = new List<bool[]>();
        foreach (int length in lengths) rows.Add(Ones(width, 0, length));
        return Assemble(rows, width);
    }

    /// <summary>Task 3. Blocks.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        int width = 0;
        foreach (int length in lengths)
        {
            if (length < 0) throw new ArgumentException("less than no tokens");
            width += length;
        }

        var rows = new List<bool[]>();
        foreach (int length in lengths)
        {
            int from = rows.Count;
            for (int copies = length; copies > 0; copies--) rows.Add(Ones(width, from, from + length));
        }
        return Assemble(rows, width);
    }

    /// <summary>Task 4. Masked softmax.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        if (mask.GetLength(0) != scores.RowCount) throw new ArgumentException("rows of the mask");
        if (mask.GetLength(1) != scores.ColumnCount) throw new ArgumentException("columns of the mask");

        var weights = Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount);
        for (int r = 0; r < scores.RowCount; r++)
        {
            double max = 0.0;
            for (int c = 0; c < scores.ColumnCount; c++)
            {
                if (!mask[r, c]) continue;
                if (scores[r, c] > max) max = scores[r, c];
            }

            double sum = 0.0;
            for (int c = 0; c < scores.ColumnCount; c++)
            {
                if (!mask[r, c]) continue;
                double e = Math.Exp(scores[r, c] - max);
                weights[r, c] = e;
                sum += e;
            }

            if (sum == 0.0) continue;   // nothing visible in this row
            for (int c = 0; c < scores.ColumnCount; c++)
                weights[r, c] /= sum;
        }
        return weights;
    }
}
