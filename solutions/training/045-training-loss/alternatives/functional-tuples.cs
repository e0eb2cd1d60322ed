namespace Kata045;

using Measure = (double Peak, double Mass);

/// <summary>
/// Divide and conquer: a piece of a row is (peak, mass), meaning mass · e^peak; two pieces join into one. Everything is
/// multiplied in the logarithms.
/// </summary>
public static class TrainingLoss
{
    /// <summary>Task 1.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits) =>
        Paint(logits, Enumerable.Range(0, logits.RowCount), i =>
        {
            double z = LogZ(logits, i);
            return j => logits[i, j] - z;
        });

    /// <summary>Task 2.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100) =>
        Mean(Learnt(logits, targets, ignoreIndex), p =>
        {
            var (peak, mass) = Weigh(logits.Row(p.Row).ToArray());
            return peak - logits[p.Row, p.Token] + Math.Log(mass);
        });

    /// <summary>Task 3.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        var learnt = Learnt(logits, targets, ignoreIndex);
        var (share, logN) = (1.0 / learnt.Count, Math.Log(learnt.Count));
        return Paint(logits, learnt.Select(p => p.Row), i =>
        {
            double below = LogZ(logits, i) + logN;
            return j => (Math.Exp(logits[i, j] - below), j == targets[i]) switch
            {
                (var p, true) => p - share,
                (var p, false) => p,
            };
        });
    }

    /// <summary>Task 4.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100) =>
        Mean(Learnt(logits, targets, ignoreIndex), p => LogZ(logits, p.Row) switch { var z => z * z * weight });

    /// <summary>Task 4.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        var learnt = Learnt(logits, targets, ignoreIndex);
        double logN = Math.Log(learnt.Count);
        return Paint(logits, learnt.Select(p => p.Row), i =>
        {
            double z = LogZ(logits, i);
            return j => weight * z * 2.0 * Math.Exp(logits[i, j] - z - logN);
        });
    }

    private static Measure Weigh(ReadOnlySpan<double> xs) => xs switch
    {
        [] => (double.NegativeInfinity, 0.0),
        [var x] => (x, 1.0),
        _ => Join(Weigh(xs[..(xs.Length / 2)]), Weigh(xs[(xs.Length / 2)..])),
    };

    private static Measure Join(Measure a, Measure b) => a.Peak.CompareTo(b.Peak) switch
    {
        0 => (a.Peak, a.Mass + b.Mass),
        < 0 => Join(b, a),
        _ => (a.Peak, a.Mass + b.Mass * Math.Exp(b.Peak - a.Peak)),
    };

    private static double LogZ(Matrix<double> logits, int row)
    {
        var (peak, mass) = Weigh(logits.Row(row).ToArray());
        return peak + Math.Log(mass);
    }

    private static List<(int Row, int Token)> Learnt(Matrix<double> logits, int[] targets, int ignoreIndex) =>
        (targets.Length == logits.RowCount, targets.All(t => t == ignoreIndex || (t >= 0 && t < logits.ColumnCount))) switch
        {
            (false, _) => throw new ArgumentException("Rows and targets do not pair up.", nameof(targets)),
            (_, false) => throw new ArgumentException("Neither a token nor ignored.", nameof(targets)),
            _ => targets.Select((t, i) => (Row: i, Token: t)).Where(p => p.Token != ignoreIndex).ToList(),
        };

    private static double Mean(List<(int Row, int Token)> positions, Func<(int Row, int Token), double> value) =>
        positions.Aggregate((Sum: 0.0, Count: 0), (acc, p) => (acc.Sum + value(p), acc.Count + 1)) switch
        {
            (_, 0) => 0.0,
            var (sum, count) => sum / count,
        };

    /// <summary>A matrix of zeros, with the given rows painted by a function of the column.</summary>
    private static Matrix<double> Paint(Matrix<double> shape, IEnumerable<int> rows, Func<int, Func<int, double>> brush)
    {
        var canvas = Matrix<double>.Build.Dense(shape.RowCount, shape.ColumnCount);
        foreach (int i in rows)
        {
            canvas.SetRow(i, Enumerable.Range(0, shape.ColumnCount).Select(brush(i)).ToArray());
        }

        return canvas;
    }
}
