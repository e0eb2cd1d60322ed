namespace Kata036;

/// <summary>
/// Every structured mask of this kata shows each row one contiguous stretch of keys. So the masks are described by
/// stretches and painted in one place. The softmax is the online one: maximum and mass are kept in a single pass.
/// </summary>
public static class ArbitraryMasks
{
    /// <summary>Task 1. The mask of a rule.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var canvas = new bool[queries, keys];
        for (var cell = 0; cell < canvas.Length; cell++)
        {
            var (row, column) = Math.DivRem(cell, keys);
            canvas[row, column] = mayAttend(row, column);
        }

        return canvas;
    }

    /// <summary>Task 1. The mask that allows what both masks allow.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second)
    {
        RequireShape(second, first.GetLength(0), first.GetLength(1));
        var both = (bool[,])first.Clone();
        for (var row = 0; row < both.GetLength(0); row++)
        {
            for (var column = 0; column < both.GetLength(1); column++)
            {
                both[row, column] &= second[row, column];
            }
        }

        return both;
    }

    /// <summary>Task 2. Each query attends to its own position and all before it.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys) =>
        Paint(keys, Positions(queries, keys).Select(Stretch.UpTo));

    /// <summary>Task 2. Each query attends to the last positions, its own among them.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        var positions = Positions(queries, keys);
        if (window <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(window), window, "A query sees at least itself.");
        }

        return Paint(keys, positions.Select(position => Stretch.UpTo(position).Last(window)));
    }

    /// <summary>Task 2. Every query attends to the whole prefix; after the prefix attention is causal.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        var positions = Positions(queries, keys);
        if (prefix < 0 || keys < prefix)
        {
            throw new ArgumentOutOfRangeException(nameof(prefix), prefix, "The prefix is a part of the keys.");
        }

        return Paint(keys, positions.Select(position => new Stretch(0, Math.Max(prefix, position + 1))));
    }

    /// <summary>Task 3. Which positions of a padded batch hold a token.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths)
    {
        var stretches = new List<Stretch>(lengths.Length);
        var longest = 0;
        foreach (var length in lengths)
        {
            stretches.Add(new Stretch(0, RequireLength(length)));
            longest = Math.Max(longest, length);
        }

        return Paint(longest, stretches);
    }

    /// <summary>Task 3. Sequences packed one after the other into one row: each attends to itself only.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        var stretches = new List<Stretch>();   // one per packed token
        foreach (var length in lengths)
        {
            var own = new Stretch(stretches.Count, stretches.Count + RequireLength(length));
            for (var token = own.From; token < own.End; token++)
            {
                stretches.Add(own);
            }
        }

        return Paint(stretches.Count, stretches);
    }

    /// <summary>Task 4. The softmax of each row over the keys that its query may attend to.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        RequireShape(mask, scores.RowCount, scores.ColumnCount);
        var normalisers = new RunningNormaliser[scores.RowCount];
        for (var row = 0; row < normalisers.Length; row++)
        {
            normalisers[row] = new RunningNormaliser();
        }

        for (var column = 0; column < scores.ColumnCount; column++)
        {
            for (var row = 0; row < scores.RowCount; row++)
            {
                if (mask[row, column])
                {
                    normalisers[row].Observe(scores[row, column]);
                }
            }
        }

        var weights = Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount);
        for (var column = 0; column < scores.ColumnCount; column++)
        {
            for (var row = 0; row < scores.RowCount; row++)
            {
                if (mask[row, column])
                {
                    weights[row, column] = normalisers[row].WeightOf(scores[row, column]);
                }
            }
        }

        return weights;
    }

    private static IEnumerable<int> Positions(int queries, int keys)
    {
        if (keys < queries)
        {
            throw new ArgumentException($"{queries} queries cannot be the last of {keys} keys.", nameof(keys));
        }

        return Enumerable.Range(keys - queries, queries);
    }

    private static bool[,] Paint(int width, IEnumerable<Stretch> stretches)
    {
        var rows = stretches.ToArray();
        var canvas = new bool[rows.Length, width];
        for (var row = 0; row < rows.Length; row++)
        {
            for (var column = rows[row].From; column < rows[row].End; column++)
            {
                canvas[row, column] = true;
            }
        }

        return canvas;
    }

    private static int RequireLength(int length) =>
        length < 0 ? throw new ArgumentException($"A sequence cannot have {length} tokens.") : length;

    private static void RequireShape(bool[,] mask, int rows, int columns)
    {
        if (mask.GetLength(0) != rows || mask.GetLength(1) != columns)
        {
            throw new ArgumentException($"The mask is not {rows} x {columns}.");
        }
    }

    private readonly record struct Stretch(int From, int End)
    {
        public static Stretch UpTo(int position) => new(0, position + 1);

        public Stretch Last(int count) => this with { From = Math.Max(From, End - count) };
    }

    private sealed class RunningNormaliser
    {
        private double top = double.NegativeInfinity;
        private double mass;

        public void Observe(double score)
        {
            if (score > top)
            {
                mass *= Math.Exp(top - score);   // the first time: 0 times exp(−∞)
                top = score;
            }

            mass += Math.Exp(score - top);
        }

        public double WeightOf(double score) => Math.Exp(score - top) / mass;
    }
}
