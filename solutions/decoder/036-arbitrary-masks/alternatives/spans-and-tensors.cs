using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kata036;

/// <summary>Attention masks over spans of rows; arithmetic by TensorPrimitives.</summary>
public static class ArbitraryMasks
{
    /// <summary>Task 1. The mask of a rule.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        ArgumentNullException.ThrowIfNull(mayAttend);
        var mask = new bool[queries, keys];
        for (int q = 0; q < queries; q++)
        {
            Span<bool> row = Row(mask, q);
            for (int k = 0; k < row.Length; k++)
            {
                row[k] = mayAttend(q, k);
            }
        }
        return mask;
    }

    /// <summary>Task 1. The mask that allows what both masks allow.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second)
    {
        if (first.GetLength(0) != second.GetLength(0)) throw new ArgumentException("Row counts differ.", nameof(second));
        if (first.GetLength(1) != second.GetLength(1)) throw new ArgumentException("Column counts differ.", nameof(second));

        var both = new bool[first.GetLength(0), first.GetLength(1)];
        // A bool is a byte of 0 or 1, so the bitwise "and" of the bytes is the logical one.
        Span<byte> a = MemoryMarshal.AsBytes(Cells(first));
        Span<byte> b = MemoryMarshal.AsBytes(Cells(second));
        TensorPrimitives.BitwiseAnd<byte>(a, b, MemoryMarshal.AsBytes(Cells(both)));
        return both;
    }

    /// <summary>Task 2. Each query attends to its own position and all before it.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keys, queries);
        var mask = new bool[queries, keys];
        for (int q = queries - 1, end = keys; q >= 0; q--, end--)
        {
            Row(mask, q)[..end].Fill(true);
        }
        return mask;
    }

    /// <summary>Task 2. Each query attends to the last positions, its own among them.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keys, queries);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(window);
        var mask = new bool[queries, keys];
        for (int q = queries - 1, end = keys; q >= 0; q--, end--)
        {
            int width = Math.Min(window, end);
            Row(mask, q).Slice(end - width, width).Fill(true);
        }
        return mask;
    }

    /// <summary>Task 2. Every query attends to the whole prefix; after the prefix attention is causal.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(prefix);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefix, keys);
        bool[,] mask = Causal(queries, keys);
        for (int q = 0; q < queries; q++)
        {
            Row(mask, q)[..prefix].Fill(true);
        }
        return mask;
    }

    /// <summary>Task 3. Which positions of a padded batch hold a token.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths)
    {
        if (lengths.Length == 0)
        {
            return new bool[0, 0];
        }
        ArgumentOutOfRangeException.ThrowIfNegative(TensorPrimitives.Min<int>(lengths), nameof(lengths));
        var mask = new bool[lengths.Length, TensorPrimitives.Max<int>(lengths)];
        for (int s = 0; s < lengths.Length; s++)
        {
            Row(mask, s)[..lengths[s]].Fill(true);
        }
        return mask;
    }

    /// <summary>Task 3. Sequences packed one after the other into one row: each attends to itself only.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        foreach (int length in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(lengths));
        }
        int total = TensorPrimitives.Sum<int>(lengths);
        var mask = new bool[total, total];
        int start = 0;
        foreach (int length in lengths)
        {
            for (int q = start; q < start + length; q++)
            {
                Row(mask, q).Slice(start, length).Fill(true);
            }
            start += length;
        }
        return mask;
    }

    /// <summary>Task 4. The softmax of each row over the keys that its query may attend to.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        int queries = scores.RowCount;
        int keys = scores.ColumnCount;
        if (mask.GetLength(0) != queries || mask.GetLength(1) != keys)
        {
            throw new ArgumentException($"Mask is {mask.GetLength(0)} x {mask.GetLength(1)}, scores are {queries} x {keys}.", nameof(mask));
        }

        double[] flat = scores.ToRowMajorArray();
        Matrix<double> weights = Matrix<double>.Build.Dense(queries, keys);
        Span<double> buffer = new double[keys];
        Span<int> places = new int[keys];
        for (int q = 0; q < queries; q++)
        {
            // Gather what is visible, work on a dense vector, scatter it back.
            ReadOnlySpan<bool> visible = Row(mask, q);
            int count = 0;
            for (int k = 0; k < keys; k++)
            {
                if (visible[k])
                {
                    places[count] = k;
                    buffer[count] = flat[(q * keys) + k];
                    count++;
                }
            }
            if (count == 0)
            {
                continue;
            }

            Span<double> live = buffer[..count];
            double top = TensorPrimitives.Max<double>(live);
            TensorPrimitives.Subtract<double>(live, top, live);
            TensorPrimitives.Exp<double>(live, live);
            double sum = TensorPrimitives.Sum<double>(live);
            TensorPrimitives.Divide<double>(live, sum, live);
            for (int c = 0; c < count; c++)
            {
                weights[q, places[c]] = live[c];
            }
        }
        return weights;
    }

    private static Span<bool> Cells(bool[,] mask) =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<byte, bool>(ref MemoryMarshal.GetArrayDataReference(mask)), mask.Length);

    private static Span<bool> Row(bool[,] mask, int row) =>
        Cells(mask).Slice(row * mask.GetLength(1), mask.GetLength(1));
}
