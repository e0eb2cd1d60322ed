namespace Kata045;

/// <summary>Gathers the counted rows into a smaller matrix, works on it as a whole, and scatters the gradient back.</summary>
public static class TrainingLoss
{
    public static Matrix<double> LogSoftmax(Matrix<double> logits)
    {
        var highest = logits.EnumerateRows().Select(row => row.Maximum()).ToArray();
        var shifted = logits.MapIndexed((i, _, logit) => logit - highest[i], Zeros.Include);
        var logSums = shifted.PointwiseExp().RowSums().PointwiseLog();
        return shifted - logSums.OuterProduct(Vector<double>.Build.Dense(logits.ColumnCount, 1));
    }

    public static double CrossEntropy(Matrix<double> logits, int[] targets, int ignoreIndex = -100) =>
        Gather(logits, targets, ignoreIndex) is (_, var rows, var tokens)
            ? -rows.PointwiseMultiply(OneHot(tokens, logits.ColumnCount)).RowSums().Sum() / tokens.Length
            : 0;

    public static Matrix<double> Gradient(Matrix<double> logits, int[] targets, int ignoreIndex = -100) =>
        Gather(logits, targets, ignoreIndex) is (var positions, var rows, var tokens)
            ? Scatter(logits, positions, (rows.PointwiseExp() - OneHot(tokens, logits.ColumnCount)) / tokens.Length)
            : logits.Map(_ => 0.0, Zeros.Include);

    public static double ZLoss(Matrix<double> logits, int[] targets, double weight, int ignoreIndex = -100) =>
        Gather(logits, targets, ignoreIndex) is (var positions, var rows, _)
            ? weight * LogNormalisers(logits, positions, rows).PointwisePower(2).Average()
            : 0;

    public static Matrix<double> ZLossGradient(Matrix<double> logits, int[] targets, double weight, int ignoreIndex = -100)
    {
        if (Gather(logits, targets, ignoreIndex) is not (var positions, var rows, _))
        {
            return Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount);
        }

        var factors = LogNormalisers(logits, positions, rows) * (2 * weight / positions.Length);
        return Scatter(logits, positions, Matrix<double>.Build.DenseOfDiagonalVector(factors) * rows.PointwiseExp());
    }

    private static (int[] Positions, Matrix<double> LogProbabilities, int[] Tokens)? Gather(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        if (logits.RowCount != targets.Length || targets.Any(target => target != ignoreIndex && (target < 0 || target >= logits.ColumnCount)))
        {
            throw new ArgumentException($"targets {string.Join(' ', targets)} for {logits.RowCount} rows of {logits.ColumnCount}");
        }

        var counted = targets.Index().Where(pair => pair.Item != ignoreIndex).ToArray();
        return counted.Length == 0 ? null : (
            counted.Select(pair => pair.Index).ToArray(),
            LogSoftmax(Matrix<double>.Build.DenseOfRowVectors(counted.Select(pair => logits.Row(pair.Index)))),
            counted.Select(pair => pair.Item).ToArray());
    }

    private static Matrix<double> OneHot(int[] tokens, int vocabulary) =>
        Matrix<double>.Build.Dense(tokens.Length, vocabulary, (i, j) => tokens[i] == j ? 1 : 0);

    private static Vector<double> LogNormalisers(Matrix<double> logits, int[] positions, Matrix<double> logProbabilities) =>
        Vector<double>.Build.Dense(positions.Length, i => logits[positions[i], 0] - logProbabilities[i, 0]);

    private static Matrix<double> Scatter(Matrix<double> like, int[] positions, Matrix<double> rows)
    {
        var scattered = Matrix<double>.Build.Dense(like.RowCount, like.ColumnCount);
        for (var i = 0; i < positions.Length; i++)
        {
            scattered.SetRow(positions[i], rows.Row(i));
        }

        return scattered;
    }
}
