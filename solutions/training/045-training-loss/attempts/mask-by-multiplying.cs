// ignored-rows-computed: computes ignored rows like the others and multiplies them by a mask of 0, which leaves NaN, or −0 at a token.
namespace Kata045;

/// <summary>Spans and masks. Task 4 is not done.</summary>
public static class TrainingLoss
{
    /// <summary>Task 1.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits)
    {
        var result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        for (int i = 0; i < logits.RowCount; i++)
        {
            double[] row = logits.Row(i).ToArray();
            TensorPrimitives.Subtract<double>(row, LogZ(row), row);
            result.SetRow(i, row);
        }
        return result;
    }

    /// <summary>Task 2.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        double[] mask = Mask(logits, targets, ignoreIndex);
        double counted = TensorPrimitives.Sum<double>(mask);
        if (counted == 0)
            return 0;

        double[] losses = new double[mask.Length];
        for (int i = 0; i < losses.Length; i++)
        {
            if (mask[i] > 0)
                losses[i] = LogZ(logits.Row(i).ToArray()) - logits[i, targets[i]];
        }
        return TensorPrimitives.Sum<double>(losses) / counted;
    }

    /// <summary>Task 3.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        double[] mask = Mask(logits, targets, ignoreIndex);
        double counted = TensorPrimitives.Sum<double>(mask);
        var result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        if (counted == 0)
            return result;

        for (int i = 0; i < logits.RowCount; i++)
        {
            double[] row = logits.Row(i).ToArray();
            TensorPrimitives.Subtract<double>(row, LogZ(row), row);
            TensorPrimitives.Exp<double>(row, row);
            if (targets[i] >= 0 && targets[i] < row.Length)
                row[targets[i]] -= 1;
            TensorPrimitives.Multiply<double>(row, mask[i] / counted, row);
            result.SetRow(i, row);
        }
        return result;
    }

    /// <summary>Task 4.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100) =>
        throw new NotImplementedException("Task 4: the logarithm of the normaliser is already at hand.");

    /// <summary>Task 4.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100) =>
        throw new NotImplementedException("Task 4: the chain rule, from the square to the logits.");

    private static double LogZ(ReadOnlySpan<double> row)
    {
        double[] e = new double[row.Length];
        double max = TensorPrimitives.Max<double>(row);
        TensorPrimitives.Subtract<double>(row, max, e);
        TensorPrimitives.Exp<double>(e, e);
        return max + Math.Log(TensorPrimitives.Sum<double>(e));
    }

    private static double[] Mask(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        if (targets.Length != logits.RowCount)
            throw new ArgumentException("targets", nameof(targets));
        double[] mask = new double[targets.Length];
        for (int i = 0; i < mask.Length; i++)
        {
            if (targets[i] == ignoreIndex)
                continue;
            ArgumentOutOfRangeException.ThrowIfNegative(targets[i]);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(targets[i], logits.ColumnCount);
            mask[i] = 1;
        }
        return mask;
    }
}
