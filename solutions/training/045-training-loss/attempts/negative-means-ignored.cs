// negative-means-ignored: counts every target that is not negative, so an ignore index that is a token of the vocabulary counts too.
namespace Kata045;

/// <summary>The training loss, functionally.</summary>
public static class TrainingLoss
{
    /// <summary>Task 1.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits) =>
        Map(logits, _ => true, i =>
        {
            double z = Partition(logits, i);
            return (j, x) => x - z;
        });

    /// <summary>Task 2.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100) =>
        Checked(logits, targets, ignoreIndex) switch
        {
            0 => 0.0,
            var n => Sum(0, targets.Length, i => Counts(targets[i]) ? Partition(logits, i) - logits[i, targets[i]] : 0.0) / n,
        };

    /// <summary>Task 3.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        int n = Checked(logits, targets, ignoreIndex);
        return Map(logits, i => Counts(targets[i]), i =>
        {
            double z = Partition(logits, i);
            return (j, x) => (Math.Exp(x - z) - (j == targets[i] ? 1.0 : 0.0)) / n;
        });
    }

    /// <summary>Task 4.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100) =>
        Checked(logits, targets, ignoreIndex) switch
        {
            0 => 0.0,
            var n => weight / n * Sum(0, targets.Length, i => Counts(targets[i]) ? Square(Partition(logits, i)) : 0.0),
        };

    /// <summary>Task 4.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        int n = Checked(logits, targets, ignoreIndex);
        return Map(logits, i => Counts(targets[i]), i =>
        {
            double z = Partition(logits, i);
            return (j, x) => weight / n * 2.0 * z * Math.Exp(x - z);
        });
    }

    private static bool Counts(int target) => target >= 0;

    private static double Square(double x) => x * x;

    private static int Checked(Matrix<double> logits, int[] targets, int ignoreIndex) => targets switch
    {
        _ when targets.Length != logits.RowCount => throw new ArgumentException("Targets and rows differ."),
        _ when targets.Any(t => t != ignoreIndex && (t < 0 || t >= logits.ColumnCount)) =>
            throw new ArgumentException("A target is not in the vocabulary."),
        _ => targets.Where(Counts).Count(),
    };

    // halves, so that the recursion stays shallow
    private static double Sum(int from, int to, Func<int, double> term) => (to - from) switch
    {
        <= 0 => 0.0,
        1 => term(from),
        var length => Sum(from, from + length / 2, term) + Sum(from + length / 2, to, term),
    };

    private static double Largest(int from, int to, Func<int, double> term) => (to - from) switch
    {
        <= 0 => double.NegativeInfinity,
        1 => term(from),
        var length => Math.Max(Largest(from, from + length / 2, term), Largest(from + length / 2, to, term)),
    };

    private static double Partition(Matrix<double> logits, int i)
    {
        double peak = Largest(0, logits.ColumnCount, j => logits[i, j]);
        return peak + Math.Log(Sum(0, logits.ColumnCount, j => Math.Exp(logits[i, j] - peak)));
    }

    private static Matrix<double> Map(Matrix<double> source, Func<int, bool> wanted, Func<int, Func<int, double, double>> rule)
    {
        var result = Matrix<double>.Build.Dense(source.RowCount, source.ColumnCount);
        foreach (int i in Enumerable.Range(0, source.RowCount).Where(wanted))
        {
            var cell = rule(i);
            foreach (int j in Enumerable.Range(0, source.ColumnCount))
            {
                result[i, j] = cell(j, source[i, j]);
            }
        }

        return result;
    }
}
