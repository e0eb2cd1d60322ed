// square-of-the-mean: squares the mean of ln Z instead of averaging the squares (and the gradient follows from that).
namespace Kata045;

/// <summary>The training loss on top of a small batch object.</summary>
public static class TrainingLoss
{
    /// <summary>Task 1.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits)
    {
        var result = logits.Clone();
        for (var i = 0; i < result.RowCount; i++)
        {
            var logZ = LogSumExp(logits, i);
            for (var j = 0; j < result.ColumnCount; j++)
            {
                result[i, j] -= logZ;
            }
        }

        return result;
    }

    /// <summary>Task 2.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        var batch = new CountedTokens(logits, targets, ignoreIndex);
        return batch.Average(k => batch.LogZ[k] - logits[batch.Rows[k], targets[batch.Rows[k]]]);
    }

    /// <summary>Task 3.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        var batch = new CountedTokens(logits, targets, ignoreIndex);
        var result = batch.ScaledSoftmax(_ => 1.0 / batch.Count);
        foreach (var row in batch.Rows)
        {
            result[row, targets[row]] -= 1.0 / batch.Count;
        }

        return result;
    }

    /// <summary>Task 4.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        var batch = new CountedTokens(logits, targets, ignoreIndex);
        var meanLogZ = batch.Average(k => batch.LogZ[k]);
        return batch.Count == 0 ? 0.0 : weight * meanLogZ * meanLogZ;
    }

    /// <summary>Task 4.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        var batch = new CountedTokens(logits, targets, ignoreIndex);
        var meanLogZ = batch.Average(k => batch.LogZ[k]);
        return batch.ScaledSoftmax(_ => 2.0 * weight * meanLogZ / batch.Count);
    }

    private static double LogSumExp(Matrix<double> logits, int row)
    {
        var values = logits.Row(row).ToArray();
        Array.Sort(values);
        var largest = values[^1];
        // ascending: the small ones are added first
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += Math.Exp(value - largest);
        }

        return largest + Math.Log(sum);
    }

    private sealed class CountedTokens
    {
        private readonly Matrix<double> _logits;

        public CountedTokens(Matrix<double> logits, int[] targets, int ignoreIndex)
        {
            if (targets.Length != logits.RowCount)
            {
                throw new ArgumentException($"Expected {logits.RowCount} targets, got {targets.Length}.", nameof(targets));
            }

            for (var i = 0; i < targets.Length; i++)
            {
                var token = targets[i];
                if (token == ignoreIndex)
                {
                    continue;
                }

                if (token is < 0 || token >= logits.ColumnCount)
                {
                    throw new ArgumentException($"Target {token} at position {i}.", nameof(targets));
                }

                Rows.Add(i);
                LogZ.Add(LogSumExp(logits, i));
            }

            _logits = logits;
        }

        public List<int> Rows { get; } = [];

        public List<double> LogZ { get; } = [];

        public int Count => Rows.Count;

        public double Average(Func<int, double> value) =>
            Count == 0 ? 0.0 : Enumerable.Range(0, Count).Average(value);

        public Matrix<double> ScaledSoftmax(Func<int, double> scale)
        {
            var result = Matrix<double>.Build.Dense(_logits.RowCount, _logits.ColumnCount);
            for (var k = 0; k < Count; k++)
            {
                for (var j = 0; j < _logits.ColumnCount; j++)
                {
                    result[Rows[k], j] = scale(k) * Math.Exp(_logits[Rows[k], j] - LogZ[k]);
                }
            }

            return result;
        }
    }
}
