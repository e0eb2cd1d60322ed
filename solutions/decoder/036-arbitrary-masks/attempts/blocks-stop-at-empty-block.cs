// none: Blocks moves on by one sequence only where one ends, so all that follows an empty sequence becomes one block.
namespace Kata036;

/// <summary>masks</summary>
public static class ArbitraryMasks
{
    /// <summary>task 1</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        bool[,] a = new bool[queries, keys];
        int i, j;
        for (j = 0; j < keys; j++)
            for (i = 0; i < queries; i++)
                a[i, j] = mayAttend(i, j);
        return a;
    }

    /// <summary>task 1</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second)
    {
        int n = first.GetLength(0);
        int m = first.GetLength(1);
        if (second.GetLength(0) != n) throw new ArgumentException("rows");
        if (second.GetLength(1) != m) throw new ArgumentException("columns");
        bool[,] a = new bool[n, m];
        int i, j;
        for (i = 0; i < n; i++)
            for (j = 0; j < m; j++)
                a[i, j] = first[i, j] & second[i, j];
        return a;
    }

    /// <summary>task 2</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys)
    {
        if (queries > keys) throw new ArgumentException("keys");
        bool[,] a = new bool[queries, keys];
        int i, j, p;
        for (i = 0, p = keys - queries; i < queries; i++, p++)
            for (j = p; j >= 0; j--)
                a[i, j] = true;
        return a;
    }

    /// <summary>task 2</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        if (queries > keys) throw new ArgumentException("keys");
        if (window < 1) throw new ArgumentException("window");
        bool[,] a = new bool[queries, keys];
        int i, j, p, lo;
        for (i = 0, p = keys - queries; i < queries; i++, p++)
        {
            lo = p - window + 1;
            if (lo < 0) lo = 0;
            for (j = lo; j <= p; j++)
                a[i, j] = true;
        }
        return a;
    }

    /// <summary>task 2</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        if (queries > keys) throw new ArgumentException("keys");
        if (prefix < 0 || keys < prefix) throw new ArgumentException("prefix");
        bool[,] a = new bool[queries, keys];
        int i, j, hi;
        for (i = 0; i < queries; i++)
        {
            hi = keys - queries + i + 1;
            if (hi < prefix) hi = prefix;
            for (j = 0; j < hi; j++)
                a[i, j] = true;
        }
        return a;
    }

    /// <summary>task 3</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths)
    {
        int b, t, l = 0;
        for (b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] < 0) throw new ArgumentException("length");
            l = lengths[b] > l ? lengths[b] : l;
        }
        bool[,] a = new bool[lengths.Length, l];
        for (b = 0; b < lengths.Length; b++)
            for (t = 0; t < l; t++)
                a[b, t] = t < lengths[b];
        return a;
    }

    /// <summary>task 3</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        int b, i, j, n = 0;
        for (b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] < 0) throw new ArgumentException("length");
            n += lengths[b];
        }
        bool[,] a = new bool[n, n];
        if (n == 0) return a;

        int[] id = new int[n];
        int end = lengths[0];
        b = 0;
        for (i = 0; i < n; i++)
        {
            if (i == end)
            {
                b++;
                end += lengths[b];
            }
            id[i] = b;
        }
        for (i = 0; i < n; i++)
            for (j = 0; j < n; j++)
                a[i, j] = id[i] == id[j];
        return a;
    }

    /// <summary>task 4</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        int n = scores.RowCount, m = scores.ColumnCount;
        if (mask.GetLength(0) != n || mask.GetLength(1) != m) throw new ArgumentException("mask");
        double[,] s = scores.ToArray();
        double[,] w = new double[n, m];
        int i, j, c;
        double x, z;
        for (i = 0; i < n; i++)
        {
            x = 0;
            c = 0;   // how many visible so far
            for (j = 0; j < m; j++)
                if (mask[i, j])
                    if (c++ == 0 || s[i, j] > x)
                        x = s[i, j];
            if (c == 0) continue;
            z = 0;
            for (j = 0; j < m; j++)
                if (mask[i, j])
                    z += w[i, j] = Math.Exp(s[i, j] - x);
            for (j = 0; j < m; j++)
                w[i, j] /= z;
        }
        return Matrix<double>.Build.DenseOfArray(w);
    }
}
