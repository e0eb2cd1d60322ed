// window-one-too-wide: The window counts the positions before the query and adds its own, so every query sees one position too many.
using System.Runtime.InteropServices;

namespace Kata036;

/// <summary>Masks by rows of flat arrays, copied into two dimensions at the end.</summary>
public static class ArbitraryMasks
{
    private static bool[,] ToMask(bool[] flat, int rows, int columns)
    {
        var mask = new bool[rows, columns];
        Buffer.BlockCopy(flat, 0, mask, 0, flat.Length);
        return mask;
    }

    private static bool[] ToFlat(bool[,] mask)
    {
        var flat = new bool[mask.Length];
        Buffer.BlockCopy(mask, 0, flat, 0, flat.Length);
        return flat;
    }

    private static bool[,] FillRows(int rows, int columns, Func<int, Range> visible)
    {
        var flat = new bool[rows * columns];
        for (int r = 0; r < rows; r++)
        {
            flat.AsSpan(r * columns, columns)[visible(r)].Fill(true);
        }
        return ToMask(flat, rows, columns);
    }

    /// <summary>Task 1. The mask of a rule.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var flat = new bool[queries * keys];
        for (int q = 0, cell = 0; q < queries; q++)
        {
            for (int k = 0; k < keys; k++, cell++)
            {
                flat[cell] = mayAttend(q, k);
            }
        }
        return ToMask(flat, queries, keys);
    }

    /// <summary>Task 1. Both have to allow.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second)
    {
        var (rows, columns) = (first.GetLength(0), first.GetLength(1));
        if ((rows, columns) != (second.GetLength(0), second.GetLength(1)))
        {
            throw new ArgumentException("Different shapes.", nameof(second));
        }
        bool[] both = ToFlat(first);
        bool[] other = ToFlat(second);
        Span<byte> target = MemoryMarshal.AsBytes(both.AsSpan());
        TensorPrimitives.BitwiseAnd<byte>(target, MemoryMarshal.AsBytes(other.AsSpan()), target);
        return ToMask(both, rows, columns);
    }

    /// <summary>Task 2. Causal.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(queries, keys);
        return FillRows(queries, keys, q => ..(keys - queries + q + 1));
    }

    /// <summary>Task 2. Sliding window.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(queries, keys);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        return FillRows(queries, keys, q =>
        {
            int position = keys - queries + q;
            int oldest = Math.Max(position - window, 0);
            return oldest..(position + 1);
        });
    }

    /// <summary>Task 2. Prefix language model.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(queries, keys);
        ArgumentOutOfRangeException.ThrowIfNegative(prefix);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefix, keys);
        return FillRows(queries, keys, q => ..Math.Max(prefix, keys - queries + q + 1));
    }

    /// <summary>Task 3. Padding.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths)
    {
        int longest = 0;
        foreach (int length in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            longest = Math.Max(longest, length);
        }
        return FillRows(lengths.Length, longest, s => ..lengths[s]);
    }

    /// <summary>Task 3. Blocks.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        var ranges = new List<Range>();
        foreach (int length in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            Range block = ranges.Count..(ranges.Count + length);
            ranges.AddRange(Enumerable.Repeat(block, length));
        }
        return FillRows(ranges.Count, ranges.Count, t => ranges[t]);
    }

    /// <summary>Task 4. Masked softmax.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        var (rows, columns) = (scores.RowCount, scores.ColumnCount);
        if ((mask.GetLength(0), mask.GetLength(1)) != (rows, columns))
        {
            throw new ArgumentException("Different shapes.", nameof(mask));
        }

        var weights = Matrix<double>.Build.Dense(rows, columns);
        for (int r = 0; r < rows; r++)
        {
            var places = new List<int>(columns);
            var visible = new List<double>(columns);
            for (int c = 0; c < columns; c++)
            {
                if (mask[r, c])
                {
                    places.Add(c);
                    visible.Add(scores[r, c]);
                }
            }
            if (visible.Count == 0)
            {
                continue;
            }
            Span<double> row = CollectionsMarshal.AsSpan(visible);
            TensorPrimitives.Subtract<double>(row, TensorPrimitives.Max<double>(row), row);
            TensorPrimitives.Exp<double>(row, row);
            TensorPrimitives.Divide<double>(row, TensorPrimitives.Sum<double>(row), row);
            for (int v = 0; v < row.Length; v++)
            {
                weights[r, places[v]] = row[v];
            }
        }
        return weights;
    }
}
