// none: And compares only the number of entries of the two masks, so masks of 2 × 3 and 3 × 2 are not refused.
namespace Kata036;

/// <summary>Masks with while-loops.</summary>
public static class ArbitraryMasks
{
    /// <summary>Task 1.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var result = new bool[queries, keys];
        int row = 0;
        while (row < queries)
        {
            int col = 0;
            while (col < keys)
            {
                result[row, col] = mayAttend(row, col);
                col++;
            }
            row++;
        }
        return result;
    }

    /// <summary>Task 1.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException("masks must have the same size");
        }

        return FromRule(first.GetLength(0), first.GetLength(1), (row, col) => first[row, col] && second[row, col]);
    }

    /// <summary>Task 2.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys)
    {
        if (queries > keys) throw new ArgumentException("too few keys");

        var result = new bool[queries, keys];
        int row = 0;
        while (row < queries)
        {
            int position = keys - queries + row;
            while (position >= 0)
            {
                result[row, position] = true;
                position--;
            }
            row++;
        }
        return result;
    }

    /// <summary>Task 2.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        if (queries > keys) throw new ArgumentException("too few keys");
        if (window < 1) throw new ArgumentException("window too small");

        var result = new bool[queries, keys];
        int row = 0;
        while (row < queries)
        {
            int position = keys - queries + row;
            int left = window;
            while (position >= 0 && left > 0)
            {
                result[row, position] = true;
                position--;
                left--;
            }
            row++;
        }
        return result;
    }

    /// <summary>Task 2.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        if (prefix < 0 || prefix > keys) throw new ArgumentException("bad prefix");

        var result = Causal(queries, keys);
        int row = 0;
        while (row < queries)
        {
            int key = 0;
            while (key < prefix)
            {
                result[row, key] = true;
                key++;
            }
            row++;
        }
        return result;
    }

    /// <summary>Task 3.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths)
    {
        int longest = 0;
        foreach (int length in lengths)
        {
            if (length < 0) throw new ArgumentException("negative length");
            if (length <= longest) continue;
            longest = length;
        }
        return FromRule(lengths.Length, longest, (row, col) => col < lengths[row]);
    }

    /// <summary>Task 3.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        var owner = new List<int>();
        int number = 0;
        while (number < lengths.Length)
        {
            int left = lengths[number];
            if (left < 0) throw new ArgumentException("negative length");
            while (left > 0)
            {
                owner.Add(number);
                left--;
            }
            number++;
        }
        return FromRule(owner.Count, owner.Count, (row, col) => owner[row] == owner[col]);
    }

    /// <summary>Task 4.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        if (mask.GetLength(0) != scores.RowCount || mask.GetLength(1) != scores.ColumnCount)
        {
            throw new ArgumentException("mask and scores must have the same shape");
        }

        var weights = Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount);
        int row = -1;
        while (++row < scores.RowCount)
        {
            double max = double.NegativeInfinity;
            int col = -1;
            while (++col < scores.ColumnCount)
            {
                if (!mask[row, col]) continue;
                if (scores[row, col] > max) max = scores[row, col];
            }

            if (double.IsNegativeInfinity(max)) continue;

            double sum = 0;
            col = -1;
            while (++col < scores.ColumnCount)
            {
                if (!mask[row, col]) continue;
                weights[row, col] = Math.Exp(scores[row, col] - max);
                sum += weights[row, col];
            }

            col = -1;
            while (++col < scores.ColumnCount)
            {
                weights[row, col] = weights[row, col] / sum;
            }
        }
        return weights;
    }
}
