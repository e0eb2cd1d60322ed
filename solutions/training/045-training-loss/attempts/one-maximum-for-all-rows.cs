// one-maximum-for-all-rows: subtracts the largest logit of the whole matrix, so rows far below it underflow to ln 0 = −∞.
namespace Kata045;

/// <summary>Everything is built on the log-softmax of the counted rows alone.</summary>
public static class TrainingLoss
{
    /// <summary>Log-softmax of every row.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits)
    {
        if (logits.RowCount == 0)
            return logits.Clone();

        var top = logits.Enumerate().Max();
        var shifted = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount, (i, j) => logits[i, j] - top);
        var logSums = Enumerable.Range(0, shifted.RowCount)
            .Select(i => Math.Log(shifted.Row(i).ToArray().Select(Math.Exp).Sum()))
            .ToArray();
        return Matrix<double>.Build.Dense(shifted.RowCount, shifted.ColumnCount, (i, j) => shifted[i, j] - logSums[i]);
    }

    /// <summary>Mean negative log-likelihood.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        var counted = Select(logits, targets, ignoreIndex);
        if (counted.Length == 0)
            return 0;

        var logP = LogSoftmax(Gather(logits, counted));
        return counted.Select((row, k) => -logP[k, targets[row]]).Average();
    }

    /// <summary>Softmax minus one-hot, over the count.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        var counted = Select(logits, targets, ignoreIndex);
        if (counted.Length == 0)
            return Scatter(logits, counted, (_, _) => 0);

        var logP = LogSoftmax(Gather(logits, counted));
        return Scatter(logits, counted, (k, j) =>
            (Math.Exp(logP[k, j]) - (targets[counted[k]] == j ? 1 : 0)) / counted.Length);
    }

    /// <summary>ln Z is what the log-softmax has subtracted.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        var counted = Select(logits, targets, ignoreIndex);
        if (counted.Length == 0)
            return 0;

        var logP = LogSoftmax(Gather(logits, counted));
        return weight * counted.Select((row, k) => logits[row, 0] - logP[k, 0]).Select(z => z * z).Average();
    }

    /// <summary>Gradient of the z-loss.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        var counted = Select(logits, targets, ignoreIndex);
        if (counted.Length == 0)
            return Scatter(logits, counted, (_, _) => 0);

        var logP = LogSoftmax(Gather(logits, counted));
        return Scatter(logits, counted, (k, j) =>
            2 * weight * (logits[counted[k], 0] - logP[k, 0]) * Math.Exp(logP[k, j]) / counted.Length);
    }

    private static int[] Select(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        if (targets.Length != logits.RowCount)
            throw new ArgumentException("Not one target per row.", nameof(targets));
        if (targets.Where(t => t != ignoreIndex).Any(t => t < 0 || t >= logits.ColumnCount))
            throw new ArgumentException("Not a token of the vocabulary.", nameof(targets));
        return Enumerable.Range(0, targets.Length).Where(i => targets[i] != ignoreIndex).ToArray();
    }

    private static Matrix<double> Gather(Matrix<double> logits, int[] rows) =>
        Matrix<double>.Build.Dense(rows.Length, logits.ColumnCount, (k, j) => logits[rows[k], j]);

    private static Matrix<double> Scatter(Matrix<double> shape, int[] rows, Func<int, int, double> value)
    {
        var result = Matrix<double>.Build.Dense(shape.RowCount, shape.ColumnCount);
        for (int k = 0; k < rows.Length; k++)
            for (int j = 0; j < shape.ColumnCount; j++)
                result[rows[k], j] = value(k, j);
        return result;
    }
}
