// shift-not-added-back: takes ln Σ exp(x_k − c) for ln Z without adding c back, which the softmax forgives but the z-loss does not.
namespace Kata045;

/// <summary>The training loss by shifted rows.</summary>
public static class TrainingLoss
{
    /// <summary>Task 1.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits)
    {
        var result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        for (int i = 0; i < logits.RowCount; i++)
        {
            var (shifted, logZ) = Stabilise(logits, i);
            for (int j = 0; j < shifted.Length; j++)
                result[i, j] = shifted[j] - logZ;
        }

        return result;
    }

    /// <summary>Task 2.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        var (sum, n) = (0.0, 0);
        foreach (var (row, token) in Positions(logits, targets, ignoreIndex))
        {
            var (shifted, logZ) = Stabilise(logits, row);
            (sum, n) = (sum + logZ - shifted[token], n + 1);
        }

        return n > 0 ? sum / n : 0.0;
    }

    /// <summary>Task 3.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        var positions = Positions(logits, targets, ignoreIndex);
        var result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        foreach (var (row, token) in positions)
        {
            var (shifted, logZ) = Stabilise(logits, row);
            for (int j = 0; j < shifted.Length; j++)
                result[row, j] = (Math.Exp(shifted[j] - logZ) - Convert.ToDouble(j == token)) / positions.Length;
        }

        return result;
    }

    /// <summary>Task 4.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        var (sum, n) = (0.0, 0);
        foreach (var (row, _) in Positions(logits, targets, ignoreIndex))
        {
            var (_, logZ) = Stabilise(logits, row);
            (sum, n) = (sum + logZ * logZ, n + 1);
        }

        return n > 0 ? weight * (sum / n) : 0.0;
    }

    /// <summary>Task 4.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        var positions = Positions(logits, targets, ignoreIndex);
        var result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        foreach (var (row, _) in positions)
        {
            var (shifted, logZ) = Stabilise(logits, row);
            for (int j = 0; j < shifted.Length; j++)
                result[row, j] = 2 * weight / positions.Length * logZ * Math.Exp(shifted[j] - logZ);
        }

        return result;
    }

    private static (double[] Shifted, double LogZ) Stabilise(Matrix<double> logits, int row)
    {
        var x = logits.Row(row);
        double c = x.Maximum();
        double[] shifted = x.Select(value => value - c).ToArray();
        return (shifted, Math.Log(shifted.Sum(s => Math.Exp(s))));
    }

    private static (int Row, int Token)[] Positions(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        if (targets.Length != logits.RowCount)
            throw new ArgumentException("Every row needs its target.");

        var positions = new List<(int Row, int Token)>();
        for (int i = 0; i < targets.Length; i++)
        {
            switch (targets[i])
            {
                case var t when t == ignoreIndex:
                    break;
                case var t when t >= 0 && t < logits.ColumnCount:
                    positions.Add((i, t));
                    break;
                case var t:
                    throw new ArgumentException($"No such token: {t}.");
            }
        }

        return positions.ToArray();
    }
}
