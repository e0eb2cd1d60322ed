// mean-over-all-rows: the mean is taken over all rows, the ignored ones as losses of 0, instead of over the N positions that count.
namespace Kata045;

/// <summary>The training loss (the z-loss is still to do).</summary>
public static class TrainingLoss
{
    /// <summary>Task 1.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits)
    {
        var output = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        var i = 0;
        while (i < logits.RowCount)
        {
            output.SetRow(i, LogProbabilities(logits.Row(i).ToArray()));
            i++;
        }
        return output;
    }

    /// <summary>Task 2.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        if (CountAndCheck(logits, targets, ignoreIndex) == 0)
            return 0;

        var losses = new double[targets.Length];
        var i = 0;
        while (i < losses.Length)
        {
            var row = i++;
            if (targets[row] == ignoreIndex)
                continue;
            losses[row] = -LogProbabilities(logits.Row(row).ToArray())[targets[row]];
        }
        return losses.Average();
    }

    /// <summary>Task 3.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        var count = CountAndCheck(logits, targets, ignoreIndex);
        var output = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        var i = 0;
        while (i < targets.Length)
        {
            var row = i++;
            if (targets[row] == ignoreIndex)
                continue;
            var d = LogProbabilities(logits.Row(row).ToArray());
            var j = 0;
            while (j < d.Length)
            {
                d[j] = Math.Exp(d[j]);
                if (j == targets[row])
                    d[j] -= 1;
                d[j] /= count;
                j++;
            }
            output.SetRow(row, d);
        }
        return output;
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

    private static double[] LogProbabilities(double[] x)
    {
        var max = x.Max();
        var sum = 0.0;
        var j = 0;
        while (j < x.Length)
            sum += Math.Exp(x[j++] - max);
        var log = Math.Log(sum);
        return Array.ConvertAll(x, value => value - max - log);
    }

    private static int CountAndCheck(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        if (logits.RowCount != targets.Length)
            throw new ArgumentException("one target per row");
        var count = 0;
        foreach (var target in targets)
        {
            if (target == ignoreIndex)
                continue;
            if (target < 0 || logits.ColumnCount <= target)
                throw new ArgumentException("bad target");
            count++;
        }
        return count;
    }
}
