// clipped-probability: computes −ln max(p_y, 1e-12) from the softmax, which caps the loss of an unlikely target at 27.6.
namespace Kata045;

/// <summary>Training loss.</summary>
public static class TrainingLoss
{
    private const double Epsilon = 1e-12;

    /// <summary>Task 1.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits)
    {
        Matrix<double> result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        for (int i = 0; i < logits.RowCount; i++)
        {
            SoftmaxRow row = new SoftmaxRow(logits, i);
            for (int j = 0; j < logits.ColumnCount; j++)
            {
                result[i, j] = logits[i, j] - row.LogZ;
            }
        }
        return result;
    }

    /// <summary>Task 2.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        Validate(logits, targets, ignoreIndex);

        double total = 0;
        int count = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex)
            {
                continue;
            }
            SoftmaxRow row = new SoftmaxRow(logits, i);
            // never take the logarithm of 0
            total -= Math.Log(Math.Max(row.Probabilities[targets[i]], Epsilon));
            count++;
        }
        return count == 0 ? 0 : total / count;
    }

    /// <summary>Task 3.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        Validate(logits, targets, ignoreIndex);

        Matrix<double> result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        int count = targets.Count(t => t != ignoreIndex);
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex)
            {
                continue;
            }
            double[] p = new SoftmaxRow(logits, i).Probabilities;
            for (int j = 0; j < p.Length; j++)
            {
                double oneHot = j == targets[i] ? 1.0 : 0.0;
                result[i, j] = (p[j] - oneHot) / count;
            }
        }
        return result;
    }

    /// <summary>Task 4.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        Validate(logits, targets, ignoreIndex);

        double total = 0;
        int count = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex)
            {
                continue;
            }
            double logZ = new SoftmaxRow(logits, i).LogZ;
            total += logZ * logZ;
            count++;
        }
        return count == 0 ? 0 : weight * total / count;
    }

    /// <summary>Task 4.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        Validate(logits, targets, ignoreIndex);

        Matrix<double> result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        int count = targets.Count(t => t != ignoreIndex);
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex)
            {
                continue;
            }
            SoftmaxRow row = new SoftmaxRow(logits, i);
            for (int j = 0; j < logits.ColumnCount; j++)
            {
                result[i, j] = 2.0 * weight * row.LogZ * row.Probabilities[j] / count;
            }
        }
        return result;
    }

    private static void Validate(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        if (targets.Length != logits.RowCount)
        {
            throw new ArgumentException("The number of targets must be the number of rows.", nameof(targets));
        }
        foreach (int target in targets)
        {
            bool isToken = target >= 0 && target < logits.ColumnCount;
            if (!isToken && target != ignoreIndex)
            {
                throw new ArgumentException("Target " + target + " is invalid.", nameof(targets));
            }
        }
    }

    private sealed class SoftmaxRow
    {
        public SoftmaxRow(Matrix<double> logits, int index)
        {
            Probabilities = logits.Row(index).ToArray();
            double max = Probabilities.Max();
            double sum = 0;
            for (int j = 0; j < Probabilities.Length; j++)
            {
                Probabilities[j] = Math.Exp(Probabilities[j] - max);
                sum += Probabilities[j];
            }
            for (int j = 0; j < Probabilities.Length; j++)
            {
                Probabilities[j] /= sum;
            }
            LogZ = max + Math.Log(sum);
        }

        public double[] Probabilities { get; }

        public double LogZ { get; }
    }
}
