// gradient-of-the-sum: returns p − one-hot without dividing by N, which is the gradient of the summed loss and not of the mean.
namespace Kata045;

/// <summary>The training loss in queries.</summary>
public static class TrainingLoss
{
    /// <summary>Task 1.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits) =>
        logits.RowCount == 0
            ? logits.Clone()
            : Assemble(logits, from i in Enumerable.Range(0, logits.RowCount)
                               select (i, LogP(logits, i).LogP));

    /// <summary>Task 2.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100) =>
        (from i in Valid(logits, targets, ignoreIndex)
         select -LogP(logits, i).LogP[targets[i]])
        .DefaultIfEmpty()
        .Average();

    /// <summary>Task 3.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100) =>
        Assemble(logits, from i in Valid(logits, targets, ignoreIndex)
                         let p = LogP(logits, i).LogP.Select(Math.Exp)
                         select (i, p.Select((q, j) => j == targets[i] ? q - 1 : q).ToArray()));

    /// <summary>Task 4.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100) =>
        (from i in Valid(logits, targets, ignoreIndex)
         let z = LogP(logits, i).LogZ
         select weight * z * z)
        .DefaultIfEmpty()
        .Average();

    /// <summary>Task 4.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        var valid = Valid(logits, targets, ignoreIndex);
        return Assemble(logits, from i in valid
                                let row = LogP(logits, i)
                                let slope = 2 * weight * row.LogZ / valid.Count
                                select (i, row.LogP.Select(l => slope * Math.Exp(l)).ToArray()));
    }

    private static (double LogZ, double[] LogP) LogP(Matrix<double> logits, int i)
    {
        var x = logits.Row(i).ToArray();
        var top = x.Max();
        var logZ = top + Math.Log(x.Aggregate(0.0, (sum, value) => sum + Math.Exp(value - top)));
        return (logZ, x.Select(value => value - logZ).ToArray());
    }

    private static Matrix<double> Assemble(Matrix<double> shape, IEnumerable<(int Row, double[] Values)> rows)
    {
        var zeros = Matrix<double>.Build.Dense(shape.RowCount, shape.ColumnCount);
        foreach (var (row, values) in rows)
            zeros.SetRow(row, values);
        return zeros;
    }

    private static List<int> Valid(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        if (targets.Length != logits.RowCount)
            throw new ArgumentException("Count of targets.", nameof(targets));
        var valid = targets.Select((t, i) => (t, i)).Where(pair => pair.t != ignoreIndex).ToList();
        return valid.TrueForAll(pair => 0 <= pair.t && pair.t < logits.ColumnCount)
            ? valid.ConvertAll(pair => pair.i)
            : throw new ArgumentException("Range of targets.", nameof(targets));
    }
}
