// hidden-scores-take-part: The softmax is taken over all keys, then zeroed and renormalised, so huge, infinite or NaN hidden scores destroy the visible weights.
namespace Kata036;

/// <summary>Attention masks, with the matrix operations of Math.NET where there are any.</summary>
public static class ArbitraryMasks
{
    private const string ShapeMessage = "Both arguments need the same number of rows and columns.";

    /// <summary>Task 1. The mask of a rule.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var result = new bool[queries, keys];
        for (int index = 0; index < queries * keys; index++)
        {
            int i = index / keys, j = index % keys;
            result[i, j] = mayAttend(i, j);
        }

        return result;
    }

    /// <summary>Task 1. The mask that allows what both masks allow.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second)
    {
        Matrix<double> a = ToIndicator(first), b = ToIndicator(second);
        if (a.RowCount != b.RowCount || a.ColumnCount != b.ColumnCount)
        {
            throw new ArgumentException(ShapeMessage);
        }

        // Indicators multiply as conditions join.
        return FromRule(a.RowCount, a.ColumnCount, (i, j) => a[i, j] * b[i, j] > 0.5);
    }

    /// <summary>Task 2. Causal.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(queries, keys);

        // The last rows of the square lower triangle.
        return FromRule(queries, keys, (i, j) => i + (keys - queries) >= j);
    }

    /// <summary>Task 2. Sliding window.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(queries, keys);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(window);

        bool[,] triangle = Causal(queries, keys);
        bool[,] tooOld = FromRule(queries, keys, (i, j) => i + (keys - queries) - window >= j);   // the triangle again, moved
        return FromRule(queries, keys, (i, j) => triangle[i, j] && !tooOld[i, j]);
    }

    /// <summary>Task 2. Prefix language model.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(queries, keys);
        ArgumentOutOfRangeException.ThrowIfNegative(prefix);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefix, keys);

        bool[,] triangle = Causal(queries, keys);
        return FromRule(queries, keys, (i, j) => triangle[i, j] || j < prefix);
    }

    /// <summary>Task 3. Padding.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths)
    {
        Array.ForEach(lengths, length => ArgumentOutOfRangeException.ThrowIfNegative(length));
        int longest = lengths.Length == 0 ? 0 : lengths.Max();
        return FromRule(lengths.Length, longest, (b, t) => t < lengths[b]);
    }

    /// <summary>Task 3. Blocks.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        Array.ForEach(lengths, length => ArgumentOutOfRangeException.ThrowIfNegative(length));
        var owner = new Stack<int>();
        for (int b = 0; b < lengths.Length; b++)
        {
            for (int t = 0; t < lengths[b]; t++)
            {
                owner.Push(b);
            }
        }

        int[] fromTheEnd = owner.ToArray();
        int last = fromTheEnd.Length - 1;
        return FromRule(last + 1, last + 1, (i, j) => fromTheEnd[last - i] == fromTheEnd[last - j]);
    }

    /// <summary>Task 4. Masked softmax.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        if (scores.RowCount != mask.GetLength(0) || scores.ColumnCount != mask.GetLength(1))
        {
            throw new ArgumentException(ShapeMessage);
        }

        Matrix<double> weights = Softmax(scores).PointwiseMultiply(ToIndicator(mask));
        double[] left = new double[weights.RowCount];
        for (int i = 0; i < weights.RowCount; i++)
        {
            for (int j = 0; j < weights.ColumnCount; j++)
            {
                left[i] += weights[i, j];
            }
        }

        return Matrix<double>.Build.Dense(weights.RowCount, weights.ColumnCount, (i, j) => left[i] == 0 ? 0 : weights[i, j] / left[i]);
    }

    private static Matrix<double> Softmax(Matrix<double> scores)
    {
        double[] top = new double[scores.RowCount];
        double[] sum = new double[scores.RowCount];
        Array.Fill(top, double.NegativeInfinity);
        for (int i = 0; i < scores.RowCount; i++)
        {
            for (int j = 0; j < scores.ColumnCount; j++)
            {
                top[i] = Math.Max(top[i], scores[i, j]);
            }

            for (int j = 0; j < scores.ColumnCount; j++)
            {
                sum[i] += Math.Exp(scores[i, j] - top[i]);
            }
        }

        return Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount, (i, j) => Math.Exp(scores[i, j] - top[i]) / sum[i]);
    }

    private static Matrix<double> ToIndicator(bool[,] mask) =>
        Matrix<double>.Build.Dense(mask.GetLength(0), mask.GetLength(1), (i, j) => mask[i, j] ? 1.0 : 0.0);
}
