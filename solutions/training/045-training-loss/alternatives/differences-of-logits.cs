namespace Kata045;

/// <summary>−ln p(target) = ln Σ exp(logit − target's logit): the softmax as a sum over rivals, with LINQ.</summary>
public static class TrainingLoss
{
    public static Matrix<double> LogSoftmax(Matrix<double> logits) =>
        Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount, (position, token) => -Surprise(logits.Row(position).ToArray(), token));

    public static double CrossEntropy(Matrix<double> logits, int[] targets, int ignoreIndex = -100) =>
        Counted(logits, targets, ignoreIndex)
            .Select(pair => Surprise(pair.Row, pair.Target))
            .DefaultIfEmpty(0)
            .Average();

    public static Matrix<double> Gradient(Matrix<double> logits, int[] targets, int ignoreIndex = -100)
    {
        var pairs = Counted(logits, targets, ignoreIndex).ToDictionary(pair => pair.Position);
        return Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount, (position, token) => pairs.TryGetValue(position, out var pair)
            ? (Math.Exp(-Surprise(pair.Row, token)) - Convert.ToDouble(token == pair.Target)) / pairs.Count
            : 0);
    }

    public static double ZLoss(Matrix<double> logits, int[] targets, double weight, int ignoreIndex = -100)
    {
        var squares = Counted(logits, targets, ignoreIndex).Select(pair => Math.Pow(pair.Row[0] + Surprise(pair.Row, 0), 2)).ToList();
        return squares.Count > 0 ? weight * squares.Average() : 0;
    }

    public static Matrix<double> ZLossGradient(Matrix<double> logits, int[] targets, double weight, int ignoreIndex = -100)
    {
        var gradient = logits.Clone();
        gradient.Clear();
        var pairs = Counted(logits, targets, ignoreIndex);
        pairs.ForEach(pair => gradient.SetRow(pair.Position, pair.Row
            .Select((_, token) => weight / pairs.Count * 2 * (pair.Row[0] + Surprise(pair.Row, 0)) * Math.Exp(-Surprise(pair.Row, token)))
            .ToArray()));
        return gradient;
    }

    private static double Surprise(double[] row, int token)
    {
        var leads = row.Select(logit => logit - row[token]).OrderBy(lead => lead).ToArray();
        var largest = leads[^1];
        return largest + Math.Log(leads.Sum(lead => Math.Exp(lead - largest)));
    }

    private static List<(int Position, double[] Row, int Target)> Counted(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        if (targets.Length != logits.RowCount)
        {
            throw new ArgumentException("Targets and rows differ in number.");
        }

        var pairs = targets
            .Select((target, position) => (Position: position, Row: logits.Row(position).ToArray(), Target: target))
            .Where(pair => pair.Target != ignoreIndex)
            .ToList();
        return pairs.TrueForAll(pair => (uint)pair.Target < (uint)logits.ColumnCount) ? pairs : throw new ArgumentException("A target is not a token.");
    }
}
