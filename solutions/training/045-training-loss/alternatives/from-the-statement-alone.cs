namespace Kata045;

/// <summary>
/// The training loss of a language model, from logits to the gradient that starts the backward pass: cross-entropy,
/// averaged over the tokens that count, and the z-loss that keeps the normaliser near 1. Logits hold one row per
/// position; a target equal to the ignore index marks a position that does not count. All logarithms are natural.
/// Sources: Vaswani et al. 2017 (arXiv:1706.03762), Chowdhery et al. 2022 for the z-loss (arXiv:2204.02311).
/// </summary>
public static class TrainingLoss
{
    /// <summary>Task 1. The logarithms of the softmax of each row.</summary>
    /// <param name="logits">One row per position, up to ±1e4; not changed.</param>
    /// <returns>Row by row, logit minus the logarithm of the sum of exponentials; finite.</returns>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits)
    {
        var result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        for (int i = 0; i < logits.RowCount; i++)
        {
            var (max, sum) = Normaliser(logits, i);
            double logSum = Math.Log(sum);
            for (int j = 0; j < logits.ColumnCount; j++)
                result[i, j] = logits[i, j] - max - logSum;
        }
        return result;
    }

    /// <summary>Task 2. The mean of −ln p(target) over the positions that count.</summary>
    /// <param name="logits">One row per position, up to ±1e4; rows of ignored positions may hold anything.</param>
    /// <param name="targets">The token that is right at each position, or the ignore index.</param>
    /// <param name="ignoreIndex">The target of positions that do not count: outside the vocabulary or a token of it.</param>
    /// <returns>The loss in nats per counted token; 0 where no position counts.</returns>
    /// <exception cref="ArgumentException">Not one target per row, or a target that is neither a token nor ignored.</exception>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        int counted = CountPositions(logits, targets, ignoreIndex);
        if (counted == 0)
            return 0;
        double total = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex)
                continue;
            var (max, sum) = Normaliser(logits, i);
            total += max - logits[i, targets[i]] + Math.Log(sum);
        }
        return total / counted;
    }

    /// <summary>Task 3. The gradient of <see cref="CrossEntropy"/> with respect to the logits.</summary>
    /// <param name="logits">One row per position, up to ±1e4; rows of ignored positions may hold anything.</param>
    /// <param name="targets">The token that is right at each position, or the ignore index.</param>
    /// <param name="ignoreIndex">The target of positions that do not count.</param>
    /// <returns>A new matrix of the logits' shape; rows of ignored positions are 0, never −0 or NaN.</returns>
    /// <exception cref="ArgumentException">Not one target per row, or a target that is neither a token nor ignored.</exception>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        int counted = CountPositions(logits, targets, ignoreIndex);
        var result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex)
                continue;
            var (max, sum) = Normaliser(logits, i);
            for (int j = 0; j < logits.ColumnCount; j++)
            {
                double p = Math.Exp(logits[i, j] - max) / sum;
                result[i, j] = (j == targets[i] ? p - 1 : p) / counted;
            }
        }
        return result;
    }

    /// <summary>Task 4. The z-loss: weight times the mean of (ln Z)² over the positions that count.</summary>
    /// <param name="logits">One row per position, up to ±1e4; rows of ignored positions may hold anything.</param>
    /// <param name="targets">Only whether they are the ignore index matters.</param>
    /// <param name="weight">The weight of this loss beside the cross-entropy, for example 1e-4.</param>
    /// <param name="ignoreIndex">The target of positions that do not count.</param>
    /// <returns>A loss that is 0 where every counted row has Z = 1, and where no position counts.</returns>
    /// <exception cref="ArgumentException">Not one target per row, or a target that is neither a token nor ignored.</exception>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        int counted = CountPositions(logits, targets, ignoreIndex);
        if (counted == 0)
            return 0;
        double total = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex)
                continue;
            var (max, sum) = Normaliser(logits, i);
            double logZ = max + Math.Log(sum);
            total += logZ * logZ;
        }
        return weight * total / counted;
    }

    /// <summary>Task 4. The gradient of <see cref="ZLoss"/> with respect to the logits.</summary>
    /// <param name="logits">One row per position, up to ±1e4; rows of ignored positions may hold anything.</param>
    /// <param name="targets">Only whether they are the ignore index matters.</param>
    /// <param name="weight">The weight of this loss beside the cross-entropy.</param>
    /// <param name="ignoreIndex">The target of positions that do not count.</param>
    /// <returns>A new matrix of the logits' shape; rows of ignored positions are 0, never −0 or NaN.</returns>
    /// <exception cref="ArgumentException">Not one target per row, or a target that is neither a token nor ignored.</exception>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        int counted = CountPositions(logits, targets, ignoreIndex);
        var result = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex)
                continue;
            var (max, sum) = Normaliser(logits, i);
            double factor = 2 * weight * (max + Math.Log(sum)) / counted;
            for (int j = 0; j < logits.ColumnCount; j++)
                result[i, j] = factor * (Math.Exp(logits[i, j] - max) / sum);
        }
        return result;
    }

    // Largest logit c of a row, and the sum of exp(x − c): ln Z = c + ln sum.
    private static (double Max, double Sum) Normaliser(Matrix<double> logits, int row)
    {
        double max = double.NegativeInfinity;
        for (int j = 0; j < logits.ColumnCount; j++)
            max = Math.Max(max, logits[row, j]);
        double sum = 0;
        for (int j = 0; j < logits.ColumnCount; j++)
            sum += Math.Exp(logits[row, j] - max);
        return (max, sum);
    }

    private static int CountPositions(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        if (targets.Length != logits.RowCount)
            throw new ArgumentException("There must be one target per row.", nameof(targets));
        int counted = 0;
        foreach (int target in targets)
        {
            if (target == ignoreIndex)
                continue;
            if (target < 0 || target >= logits.ColumnCount)
                throw new ArgumentException($"Target {target} is neither a token nor ignored.", nameof(targets));
            counted++;
        }
        return counted;
    }
}
