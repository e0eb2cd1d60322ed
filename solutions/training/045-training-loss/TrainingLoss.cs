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
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits) =>
        Matrix<double>.Build.DenseOfRowVectors(logits.EnumerateRows().Select(row => row - LogNormalizer(row)));

    /// <summary>Task 2. The mean of −ln p(target) over the positions that count.</summary>
    /// <param name="logits">One row per position, up to ±1e4; rows of ignored positions may hold anything.</param>
    /// <param name="targets">The token that is right at each position, or the ignore index.</param>
    /// <param name="ignoreIndex">The target of positions that do not count: any integer, also a token of the vocabulary.</param>
    /// <returns>The loss in nats per counted token; 0 where no position counts.</returns>
    /// <exception cref="ArgumentException">Not one target per row, even if all are ignored, or one neither a token nor ignored.</exception>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100) =>
        MeanOrZero(
            CountedPositions(logits, targets, ignoreIndex),
            position => LogNormalizer(logits.Row(position)) - logits[position, targets[position]]);

    /// <summary>Task 3. The gradient of <see cref="CrossEntropy"/> with respect to the logits.</summary>
    /// <param name="logits">One row per position, up to ±1e4; rows of ignored positions may hold anything.</param>
    /// <param name="targets">The token that is right at each position, or the ignore index.</param>
    /// <param name="ignoreIndex">The target of positions that do not count.</param>
    /// <returns>A new matrix of the logits' shape; rows of ignored positions are 0, never −0 or NaN.</returns>
    /// <exception cref="ArgumentException">Not one target per row, even if all are ignored, or one neither a token nor ignored.</exception>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        var gradient = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        var counted = CountedPositions(logits, targets, ignoreIndex);
        foreach (var position in counted)
        {
            var probabilities = Softmax(logits.Row(position));
            probabilities[targets[position]] -= 1;
            gradient.SetRow(position, probabilities / counted.Count);
        }

        return gradient;
    }

    /// <summary>Task 4. The z-loss: weight times the mean of (ln Z)² over the positions that count.</summary>
    /// <param name="logits">One row per position, up to ±1e4; rows of ignored positions may hold anything.</param>
    /// <param name="targets">Only whether they are the ignore index matters.</param>
    /// <param name="weight">The weight of this loss beside the cross-entropy, for example 1e-4.</param>
    /// <param name="ignoreIndex">The target of positions that do not count.</param>
    /// <returns>A loss that is 0 where every counted row has Z = 1, and where no position counts.</returns>
    /// <exception cref="ArgumentException">Not one target per row, even if all are ignored, or one neither a token nor ignored.</exception>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100) =>
        weight * MeanOrZero(
            CountedPositions(logits, targets, ignoreIndex), position => Math.Pow(LogNormalizer(logits.Row(position)), 2));

    /// <summary>Task 4. The gradient of <see cref="ZLoss"/> with respect to the logits.</summary>
    /// <param name="logits">One row per position, up to ±1e4; rows of ignored positions may hold anything.</param>
    /// <param name="targets">Only whether they are the ignore index matters.</param>
    /// <param name="weight">The weight of this loss beside the cross-entropy.</param>
    /// <param name="ignoreIndex">The target of positions that do not count.</param>
    /// <returns>A new matrix of the logits' shape; rows of ignored positions are 0, never −0 or NaN.</returns>
    /// <exception cref="ArgumentException">Not one target per row, even if all are ignored, or one neither a token nor ignored.</exception>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        var gradient = Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        var counted = CountedPositions(logits, targets, ignoreIndex);
        foreach (var position in counted)
        {
            var row = logits.Row(position);
            gradient.SetRow(position, 2 * weight / counted.Count * LogNormalizer(row) * Softmax(row));
        }

        return gradient;
    }

    private static double LogNormalizer(Vector<double> logits)
    {
        var highest = logits.Maximum();
        return highest + Math.Log((logits - highest).PointwiseExp().Sum());
    }

    private static Vector<double> Softmax(Vector<double> logits) => (logits - LogNormalizer(logits)).PointwiseExp();

    private static double MeanOrZero(List<int> positions, Func<int, double> loss) =>
        positions.Count == 0 ? 0 : positions.Sum(loss) / positions.Count;

    private static List<int> CountedPositions(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        if (targets.Length != logits.RowCount)
        {
            throw new ArgumentException($"{logits.RowCount} rows of logits but {targets.Length} targets: each row needs its target.", nameof(targets));
        }

        var counted = Enumerable.Range(0, targets.Length).Where(position => targets[position] != ignoreIndex).ToList();
        foreach (var position in counted)
        {
            if (targets[position] < 0 || targets[position] >= logits.ColumnCount)
            {
                throw new ArgumentException(
                    $"Target {targets[position]} at position {position}: a target is a token from 0 to {logits.ColumnCount - 1}, or {ignoreIndex} to be ignored.",
                    nameof(targets));
            }
        }

        return counted;
    }
}
