// z-loss-without-checks: neither z-loss method checks its targets, so superfluous ones and ones outside the vocabulary are accepted.
namespace Kata045;

/// <summary>Jagged rows, local functions.</summary>
public static class TrainingLoss
{
    /// <summary>Task 1.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits)
    {
        double[][] rows = logits.ToRowArrays();
        var result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        for (int r = 0; r < rows.Length; r++)
        {
            double z = StreamingLogSum(rows[r]);
            for (int c = 0; c < rows[r].Length; c++)
                result.At(r, c, rows[r][c] - z);
        }
        return result;
    }

    /// <summary>Task 2.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        ThrowIfInvalid(logits, targets, ignoreIndex);

        double[][] rows = logits.ToRowArrays();
        double mean = 0;
        int seen = 0;
        for (int r = 0; r < rows.Length; r++)
        {
            if (!Learns(r))
                continue;
            double loss = StreamingLogSum(rows[r]) - rows[r][targets[r]];
            mean += (loss - mean) / ++seen;
        }
        return mean;

        bool Learns(int r) => targets[r] != ignoreIndex;
    }

    /// <summary>Task 3.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        ThrowIfInvalid(logits, targets, ignoreIndex);

        double[][] rows = logits.ToRowArrays();
        double share = 1.0 / targets.Count(t => t != ignoreIndex);
        var result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        for (int r = 0; r < rows.Length; r++)
        {
            if (targets[r] != ignoreIndex)
                Fill(r, StreamingLogSum(rows[r]));
        }
        return result;

        void Fill(int r, double z)
        {
            for (int c = 0; c < rows[r].Length; c++)
            {
                double p = Math.Exp(rows[r][c] - z);
                result.At(r, c, share * (c == targets[r] ? p - 1 : p));
            }
        }
    }

    /// <summary>Task 4.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        double[][] rows = logits.ToRowArrays();
        double mean = 0;
        int seen = 0;
        for (int r = 0; r < rows.Length; r++)
        {
            if (targets[r] == ignoreIndex)
                continue;
            double z = StreamingLogSum(rows[r]);
            mean += (z * z - mean) / ++seen;
        }
        return seen == 0 ? 0 : weight * mean;
    }

    /// <summary>Task 4.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        double[][] rows = logits.ToRowArrays();
        int counted = 0;
        for (int r = 0; r < rows.Length; r++)
        {
            if (targets[r] != ignoreIndex)
                counted++;
        }

        var result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        for (int r = 0; r < rows.Length; r++)
        {
            if (targets[r] == ignoreIndex)
                continue;
            double z = StreamingLogSum(rows[r]);
            for (int c = 0; c < rows[r].Length; c++)
                result.At(r, c, 2 * z * weight * Math.Exp(rows[r][c] - z) / counted);
        }
        return result;
    }

    // ln(e^a + e^b) from one logit to the next
    private static double StreamingLogSum(double[] row)
    {
        double acc = row[0];
        for (int c = 1; c < row.Length; c++)
        {
            double hi = Math.Max(acc, row[c]), lo = Math.Min(acc, row[c]);
            acc = hi + Math.Log(1 + Math.Exp(lo - hi));
        }
        return acc;
    }

    private static void ThrowIfInvalid(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        if (targets.Length != logits.RowCount)
            throw new ArgumentException("targets.Length != rows", nameof(targets));
        if (Array.Exists(targets, t => t != ignoreIndex && (t < 0 || t >= logits.ColumnCount)))
            throw new ArgumentException("target is not a token", nameof(targets));
    }
}
