// hidden-scores-take-part: The maximum that is subtracted is taken over hidden scores too, so a huge one drives every visible exponential to 0.
namespace Kata036;

/// <summary>Attention masks; a small grid type does the bookkeeping.</summary>
public static class ArbitraryMasks
{
    /// <summary>Where the queries of a decoder stand among the keys.</summary>
    private sealed record Decoder
    {
        public Decoder(int queries, int keys)
        {
            if (queries > keys)
            {
                throw new ArgumentException($"A decoder with {keys} keys cannot have {queries} queries.");
            }

            Queries = queries;
            Keys = keys;
        }

        public int Queries { get; }

        public int Keys { get; }

        public bool[,] Mask(Func<int, int, bool> byPosition) =>
            FromRule(Queries, Keys, (query, key) => byPosition(query + Keys - Queries, key));
    }

    /// <summary>The lengths of a batch, checked.</summary>
    private sealed class Batch
    {
        private readonly int[] lengths;

        public Batch(int[] lengths)
        {
            foreach (int length in lengths)
            {
                if (length < 0)
                {
                    throw new ArgumentException("Negative length.", nameof(lengths));
                }

                Longest = Math.Max(Longest, length);
                Total += length;
            }

            this.lengths = lengths;
        }

        public int Count => lengths.Length;

        public int Longest { get; }

        public int Total { get; }

        public int this[int sequence] => lengths[sequence];

        public int[] Owners()
        {
            var owners = new int[Total];
            int next = 0;
            for (int sequence = 0; sequence < Count; sequence++)
            {
                for (int token = 0; token < this[sequence]; token++)
                {
                    owners[next++] = sequence;
                }
            }

            return owners;
        }
    }

    /// <summary>Task 1. The mask of a rule.</summary>
    [return: Shape("n", "m")]
    public static bool[,] FromRule(int queries, int keys, Func<int, int, bool> mayAttend)
    {
        var grid = new bool[queries, keys];
        foreach (int query in Enumerable.Range(0, queries))
        {
            foreach (int key in Enumerable.Range(0, keys))
            {
                grid[query, key] = mayAttend(query, key);
            }
        }

        return grid;
    }

    /// <summary>Task 1. The mask that allows what both masks allow.</summary>
    [return: Shape("n", "m")]
    public static bool[,] And([Shape("n", "m")] bool[,] first, [Shape("n", "m")] bool[,] second)
    {
        if (first.GetLength(0) == second.GetLength(0) && first.GetLength(1) == second.GetLength(1))
        {
            return FromRule(first.GetLength(0), first.GetLength(1), (query, key) => !(!first[query, key] || !second[query, key]));
        }

        throw new ArgumentException("Masks of different shapes cannot be joined.", nameof(second));
    }

    /// <summary>Task 2. Causal.</summary>
    [return: Shape("n", "m")]
    public static bool[,] Causal(int queries, int keys) =>
        new Decoder(queries, keys).Mask((position, key) => position >= key);

    /// <summary>Task 2. Sliding window.</summary>
    [return: Shape("n", "m")]
    public static bool[,] SlidingWindow(int queries, int keys, int window)
    {
        var decoder = new Decoder(queries, keys);
        if (window < 1)
        {
            throw new ArgumentException("A window of nothing.", nameof(window));
        }

        return decoder.Mask((position, key) => position >= key && position - window < key);
    }

    /// <summary>Task 2. Prefix language model.</summary>
    [return: Shape("n", "m")]
    public static bool[,] PrefixLm(int queries, int keys, int prefix)
    {
        var decoder = new Decoder(queries, keys);
        if (prefix is < 0 || prefix > keys)
        {
            throw new ArgumentException("A prefix outside of the keys.", nameof(prefix));
        }

        return decoder.Mask((position, key) => prefix > key || position >= key);
    }

    /// <summary>Task 3. Padding.</summary>
    [return: Shape("batch", "longest")]
    public static bool[,] Padding([Shape("batch")] int[] lengths)
    {
        var batch = new Batch(lengths);
        return FromRule(batch.Count, batch.Longest, (sequence, position) => position < batch[sequence]);
    }

    /// <summary>Task 3. Blocks.</summary>
    [return: Shape("total", "total")]
    public static bool[,] Blocks([Shape("batch")] int[] lengths)
    {
        int[] owners = new Batch(lengths).Owners();
        return FromRule(owners.Length, owners.Length, (query, key) => owners[query] == owners[key]);
    }

    /// <summary>Task 4. Masked softmax.</summary>
    [return: Shape("n", "m")]
    public static Matrix<double> MaskedSoftmax([Shape("n", "m")] Matrix<double> scores, [Shape("n", "m")] bool[,] mask)
    {
        if (scores.RowCount != mask.GetLength(0) || scores.ColumnCount != mask.GetLength(1))
        {
            throw new ArgumentException("Every score needs one entry of the mask.", nameof(mask));
        }

        var weights = Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount);
        for (int query = 0; query < scores.RowCount; query++)
        {
            double shift = LargestOfRow(scores, query);
            double sum = 0;
            for (int key = 0; key < scores.ColumnCount; key++)
            {
                if (mask[query, key])
                {
                    weights[query, key] = Math.Exp(scores[query, key] - shift);
                    sum += weights[query, key];
                }
            }

            if (sum > 0)
            {
                for (int key = 0; key < scores.ColumnCount; key++)
                {
                    weights[query, key] /= sum;
                }
            }
        }

        return weights;
    }

    private static double LargestOfRow(Matrix<double> scores, int row)
    {
        double largest = double.MinValue;
        for (int column = 0; column < scores.ColumnCount; column++)
        {
            if (scores[row, column] > largest)
            {
                largest = scores[row, column];
            }
        }

        return largest;
    }
}
