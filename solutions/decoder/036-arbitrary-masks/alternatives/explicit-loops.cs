namespace Kata036;

public static class ArbitraryMasks
{
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var result = new bool[queries, keys];
        for (var flat = 0; flat < queries * keys; flat++)
        {
            result[flat / keys, flat % keys] = mayAttend(flat / keys, flat % keys);
        }

        return result;
    }

    public static bool[,] And(bool[,] first, bool[,] second)
    {
        if (first.GetLength(0) != second.GetLength(0) || first.GetLength(1) != second.GetLength(1))
        {
            throw new ArgumentException("shapes differ");
        }

        var result = (bool[,])first.Clone();
        for (var i = 0; i < first.GetLength(0); i++)
        {
            for (var j = 0; j < first.GetLength(1); j++)
            {
                result[i, j] &= second[i, j];
            }
        }

        return result;
    }

    public static bool[,] Causal(int queries, int keys) => Band(queries, keys, keys, 0);

    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        return Band(queries, keys, window, 0);
    }

    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(prefix);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefix, keys);
        return Band(queries, keys, keys, prefix);
    }

    public static bool[,] Padding(int[] lengths)
    {
        var longest = 0;
        foreach (var length in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            longest = Math.Max(longest, length);
        }

        var result = new bool[lengths.Length, longest];
        for (var i = 0; i < lengths.Length; i++)
        {
            for (var j = 0; j < lengths[i]; j++)
            {
                result[i, j] = true;
            }
        }

        return result;
    }

    public static bool[,] Blocks(int[] lengths)
    {
        var total = 0;
        foreach (var length in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            total += length;
        }

        var result = new bool[total, total];
        var start = 0;
        foreach (var length in lengths)
        {
            for (var i = start; i < start + length; i++)
            {
                for (var j = start; j < start + length; j++)
                {
                    result[i, j] = true;
                }
            }

            start += length;
        }

        return result;
    }

    public static Matrix<double> MaskedSoftmax(Matrix<double> scores, bool[,] mask)
    {
        if (mask.GetLength(0) != scores.RowCount || mask.GetLength(1) != scores.ColumnCount)
        {
            throw new ArgumentException("the mask does not fit the scores");
        }

        var weights = Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount);
        for (var i = 0; i < scores.RowCount; i++)
        {
            double highest = 0, total = 0;
            var any = false;
            for (var j = 0; j < scores.ColumnCount; j++)
            {
                if (mask[i, j] && (!any || scores[i, j] > highest))
                {
                    highest = scores[i, j];
                    any = true;
                }
            }

            for (var j = 0; j < scores.ColumnCount; j++)
            {
                if (mask[i, j])
                {
                    weights[i, j] = Math.Exp(scores[i, j] - highest);
                    total += weights[i, j];
                }
            }

            for (var j = 0; j < scores.ColumnCount && any; j++)
            {
                weights[i, j] /= total;
            }
        }

        return weights;
    }

    private static bool[,] Band(int queries, int keys, int width, int prefix)
    {
        if (keys < queries)
        {
            throw new ArgumentException("more queries than keys");
        }

        var result = new bool[queries, keys];
        for (var i = 0; i < queries; i++)
        {
            var position = keys - queries + i;
            for (var j = 0; j < keys; j++)
            {
                result[i, j] = j < prefix || (j <= position && position - j < width);
            }
        }

        return result;
    }
}
