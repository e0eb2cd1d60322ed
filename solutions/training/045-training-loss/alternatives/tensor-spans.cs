namespace Kata045;

/// <summary>Row-major buffers, spans and TensorPrimitives.</summary>
public static class TrainingLoss
{
    /// <summary>Task 1. Log-softmax of each row.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits)
    {
        int rows = logits.RowCount, width = logits.ColumnCount;
        double[] buffer = logits.ToRowMajorArray();
        double[] scratch = new double[width];
        for (int i = 0; i < rows; i++)
        {
            Span<double> row = buffer.AsSpan(i * width, width);
            double logZ = LogSumExp(row, scratch);
            TensorPrimitives.Subtract<double>(row, logZ, row);
        }
        return FromRowMajor(rows, width, buffer);
    }

    /// <summary>Task 2. Cross-entropy.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        int[] active = ActiveRows(logits, targets, ignoreIndex);
        if (active.Length == 0)
            return 0.0;

        double[] logZ = Normalisers(logits, active);
        double[] right = new double[active.Length];
        for (int k = 0; k < active.Length; k++)
            right[k] = logits.At(active[k], targets[active[k]]);

        TensorPrimitives.Subtract<double>(logZ, right, right);
        return TensorPrimitives.Sum<double>(right) / active.Length;
    }

    /// <summary>Task 3. Gradient of the cross-entropy.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        int rows = logits.RowCount, width = logits.ColumnCount;
        int[] active = ActiveRows(logits, targets, ignoreIndex);
        double[] gradient = new double[rows * width];
        foreach (int i in active)
        {
            Span<double> row = gradient.AsSpan(i * width, width);
            SoftmaxInto(logits.Row(i).ToArray(), row);
            row[targets[i]] -= 1.0;
            TensorPrimitives.Divide<double>(row, (double)active.Length, row);
        }
        return FromRowMajor(rows, width, gradient);
    }

    /// <summary>Task 4. Z-loss.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        int[] active = ActiveRows(logits, targets, ignoreIndex);
        return active.Length == 0
            ? 0.0
            : weight * (TensorPrimitives.SumOfSquares<double>(Normalisers(logits, active)) / active.Length);
    }

    /// <summary>Task 4. Gradient of the z-loss.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        int rows = logits.RowCount, width = logits.ColumnCount;
        int[] active = ActiveRows(logits, targets, ignoreIndex);
        double[] gradient = new double[rows * width];
        double scale = active.Length == 0 ? 0.0 : 2.0 * weight / active.Length;
        foreach (int i in active)
        {
            Span<double> row = gradient.AsSpan(i * width, width);
            double logZ = SoftmaxInto(logits.Row(i).ToArray(), row);
            TensorPrimitives.Multiply<double>(row, scale * logZ, row);
        }
        return FromRowMajor(rows, width, gradient);
    }

    private static double LogSumExp(ReadOnlySpan<double> x, Span<double> scratch)
    {
        double top = TensorPrimitives.Max<double>(x);
        TensorPrimitives.Subtract<double>(x, top, scratch);
        TensorPrimitives.Exp<double>(scratch, scratch);
        return Math.Log(TensorPrimitives.Sum<double>(scratch)) + top;
    }

    /// <summary>Writes the softmax and returns ln Z: exponentials once, one division.</summary>
    private static double SoftmaxInto(ReadOnlySpan<double> x, Span<double> destination)
    {
        double top = TensorPrimitives.Max<double>(x);
        TensorPrimitives.Subtract<double>(x, top, destination);
        TensorPrimitives.Exp<double>(destination, destination);
        double sum = TensorPrimitives.Sum<double>(destination);
        TensorPrimitives.Divide<double>(destination, sum, destination);
        return top + Math.Log(sum);
    }

    private static double[] Normalisers(Matrix<double> logits, int[] active)
    {
        double[] scratch = new double[logits.ColumnCount];
        return Array.ConvertAll(active, i => LogSumExp(logits.Row(i).ToArray(), scratch));
    }

    private static int[] ActiveRows(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Length != logits.RowCount)
            throw new ArgumentException("targets and rows differ in number", nameof(targets));

        var active = new List<int>(targets.Length);
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex)
                continue;
            // negative numbers become huge when seen as unsigned
            if ((uint)targets[i] >= (uint)logits.ColumnCount)
                throw new ArgumentOutOfRangeException(nameof(targets), targets[i], "not a token");
            active.Add(i);
        }
        return active.ToArray();
    }

    // MathNet stores columns one after the other: our rows are the columns of the transposed matrix.
    private static Matrix<double> FromRowMajor(int rows, int width, double[] values) =>
        Matrix<double>.Build.Dense(width, rows, values).Transpose();
}
