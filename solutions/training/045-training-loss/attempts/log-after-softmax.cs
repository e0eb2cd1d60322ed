// logarithm-of-softmax: takes the logarithm of the finished softmax, so a probability that underflows to 0 gives −∞ instead of x − ln Z.
namespace Kata045;

/// <summary>Losses with MathNet's vectors.</summary>
public static class TrainingLoss
{
    /// <summary>Log-softmax.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits)
    {
        var result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        for (var i = 0; i < logits.RowCount; i++)
            result.SetRow(i, Softmax(logits.Row(i)).PointwiseLog());
        return result;
    }

    /// <summary>Cross-entropy.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        var rows = CountedRows(logits, targets, ignoreIndex);
        if (rows.Count == 0)
            return 0;
        return rows.Average(i => LogZ(logits.Row(i)) - logits[i, targets[i]]);
    }

    /// <summary>Gradient of the cross-entropy.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        var rows = CountedRows(logits, targets, ignoreIndex);
        var gradient = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        foreach (var i in rows)
        {
            var p = Softmax(logits.Row(i));
            p[targets[i]] -= 1;
            gradient.SetRow(i, p / rows.Count);
        }
        return gradient;
    }

    /// <summary>Z-loss.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        var rows = CountedRows(logits, targets, ignoreIndex);
        if (rows.Count == 0)
            return 0;
        return weight * rows.Average(i => Math.Pow(LogZ(logits.Row(i)), 2));
    }

    /// <summary>Gradient of the z-loss.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        var rows = CountedRows(logits, targets, ignoreIndex);
        var gradient = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        foreach (var i in rows)
        {
            var row = logits.Row(i);
            gradient.SetRow(i, Softmax(row) * (2 * weight * LogZ(row) / rows.Count));
        }
        return gradient;
    }

    private static Vector<double> Softmax(Vector<double> row)
    {
        var e = (row - row.Maximum()).PointwiseExp();
        return e / e.Sum();
    }

    private static double LogZ(Vector<double> row)
    {
        var c = row.Maximum();
        return c + Math.Log((row - c).PointwiseExp().Sum());
    }

    private static List<int> CountedRows(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        if (targets.Length != logits.RowCount)
            throw new ArgumentException("One target per row, please.", nameof(targets));
        var rows = new List<int>();
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex)
                continue;
            if (targets[i] < 0 || targets[i] > logits.ColumnCount - 1)
                throw new ArgumentException($"Unknown token {targets[i]}.", nameof(targets));
            rows.Add(i);
        }
        return rows;
    }
}
