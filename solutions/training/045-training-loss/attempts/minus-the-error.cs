// ignored-rows-computed: computes (one-hot − p)/N and negates the whole array at the end, which turns the zeros of ignored rows into −0.
namespace Kata045;

/// <summary>Flat column-major arrays, as MathNet stores them.</summary>
public static class TrainingLoss
{
    /// <summary>Task 1.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits)
    {
        int n = logits.RowCount, v = logits.ColumnCount;
        double[] x = logits.ToColumnMajorArray();
        double[] y = new double[x.Length];
        for (int i = 0; i < n; i++)
        {
            double lz = LogNormaliser(x, i, n);
            for (int k = i; k < x.Length; k += n)
                y[k] = x[k] - lz;
        }
        return Matrix<double>.Build.Dense(n, v, y);
    }

    /// <summary>Task 2.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        int count = Verify(targets, logits.RowCount, logits.ColumnCount, ignoreIndex);
        int n = logits.RowCount;
        double[] x = logits.ToColumnMajorArray();
        double loss = 0;
        for (int i = n - 1; i >= 0; i--)
        {
            if (targets[i] == ignoreIndex)
                continue;
            loss += (LogNormaliser(x, i, n) - x[targets[i] * n + i]) / count;
        }
        return loss;
    }

    /// <summary>Task 3.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        int count = Verify(targets, logits.RowCount, logits.ColumnCount, ignoreIndex);
        int n = logits.RowCount, v = logits.ColumnCount;
        double[] x = logits.ToColumnMajorArray();
        double[] error = new double[x.Length];
        for (int i = n - 1; i >= 0; i--)
        {
            if (targets[i] == ignoreIndex)
                continue;
            double lz = LogNormaliser(x, i, n);
            error[targets[i] * n + i] = 1;
            for (int k = i; k < x.Length; k += n)
                error[k] = (error[k] - Math.Exp(x[k] - lz)) / count;
        }

        // the error is the direction in which the loss falls, the gradient is the opposite
        for (int k = 0; k < error.Length; k++)
            error[k] = -error[k];
        return Matrix<double>.Build.Dense(n, v, error);
    }

    /// <summary>Task 4.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        int count = Verify(targets, logits.RowCount, logits.ColumnCount, ignoreIndex);
        int n = logits.RowCount;
        double[] x = logits.ToColumnMajorArray();
        double loss = 0;
        for (int i = n - 1; i >= 0; i--)
        {
            if (targets[i] == ignoreIndex)
                continue;
            double lz = LogNormaliser(x, i, n);
            loss += weight * lz * lz / count;
        }
        return loss;
    }

    /// <summary>Task 4.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        int count = Verify(targets, logits.RowCount, logits.ColumnCount, ignoreIndex);
        int n = logits.RowCount, v = logits.ColumnCount;
        double[] x = logits.ToColumnMajorArray();
        double[] slope = new double[x.Length];
        for (int i = n - 1; i >= 0; i--)
        {
            if (targets[i] == ignoreIndex)
                continue;
            double lz = LogNormaliser(x, i, n);
            for (int k = i; k < x.Length; k += n)
                slope[k] = 2 * weight * lz * Math.Exp(x[k] - lz) / count;
        }
        return Matrix<double>.Build.Dense(n, v, slope);
    }

    private static double LogNormaliser(double[] x, int start, int stride)
    {
        double c = double.MinValue, s = 0;
        for (int k = start; k < x.Length; k += stride)
            c = Math.Max(c, x[k]);
        for (int k = start; k < x.Length; k += stride)
            s += Math.Exp(x[k] - c);
        return c + Math.Log(s);
    }

    private static int Verify(int[] targets, int rows, int columns, int ignoreIndex)
    {
        if (targets.Length != rows)
            throw new ArgumentException($"{rows} targets expected, not {targets.Length}.", nameof(targets));
        int count = 0;
        for (int i = 0; i < rows; i++)
        {
            if (targets[i] == ignoreIndex)
                continue;
            if (targets[i] < 0 || targets[i] >= columns)
                throw new ArgumentException($"targets[{i}] = {targets[i]} is out of range.", nameof(targets));
            count++;
        }
        return count;
    }
}
