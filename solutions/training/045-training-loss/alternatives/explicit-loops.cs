namespace Kata045;

public static class TrainingLoss
{
    public static Matrix<double> LogSoftmax(Matrix<double> logits)
    {
        var result = new double[logits.RowCount, logits.ColumnCount];
        for (var i = 0; i < logits.RowCount; i++)
        {
            var z = LogSum(logits, i);
            for (var j = 0; j < logits.ColumnCount; j++)
            {
                result[i, j] = logits[i, j] - z;
            }
        }

        return Matrix<double>.Build.DenseOfArray(result);
    }

    public static double CrossEntropy(Matrix<double> logits, int[] targets, int ignoreIndex = -100)
    {
        var count = Count(logits, targets, ignoreIndex);
        double loss = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex)
            {
                continue;
            }

            loss += (LogSum(logits, i) - logits[i, targets[i]]) / count;
        }

        return loss;
    }

    public static Matrix<double> Gradient(Matrix<double> logits, int[] targets, int ignoreIndex = -100)
    {
        var count = Count(logits, targets, ignoreIndex);
        var result = new double[logits.RowCount, logits.ColumnCount];
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex)
            {
                continue;
            }

            var z = LogSum(logits, i);
            for (var j = 0; j < logits.ColumnCount; j++)
            {
                var y = targets[i] == j ? 1.0 : 0.0;
                result[i, j] = (Math.Exp(logits[i, j] - z) - y) / count;
            }
        }

        return Matrix<double>.Build.DenseOfArray(result);
    }

    public static double ZLoss(Matrix<double> logits, int[] targets, double weight, int ignoreIndex = -100)
    {
        var count = Count(logits, targets, ignoreIndex);
        double sum = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] != ignoreIndex)
            {
                var z = LogSum(logits, i);
                sum += weight * z * z;
            }
        }

        return count > 0 ? sum / count : 0;
    }

    public static Matrix<double> ZLossGradient(Matrix<double> logits, int[] targets, double weight, int ignoreIndex = -100)
    {
        var count = Count(logits, targets, ignoreIndex);
        var result = new double[logits.RowCount, logits.ColumnCount];
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] != ignoreIndex)
            {
                var z = LogSum(logits, i);
                for (var j = 0; j < logits.ColumnCount; j++)
                {
                    result[i, j] = 2 * weight * z * Math.Exp(logits[i, j] - z) / count;
                }
            }
        }

        return Matrix<double>.Build.DenseOfArray(result);
    }

    private static int Count(Matrix<double> logits, int[] targets, int ignoreIndex)
    {
        if (targets.Length != logits.RowCount)
        {
            throw new ArgumentException("one target for each row");
        }

        var count = 0;
        foreach (var target in targets)
        {
            if (target == ignoreIndex)
            {
                continue;
            }

            if (target < 0 || target >= logits.ColumnCount)
            {
                throw new ArgumentOutOfRangeException(nameof(targets), target, "no such token");
            }

            count++;
        }

        return count;
    }

    private static double LogSum(Matrix<double> logits, int row)
    {
        var highest = double.NegativeInfinity;
        for (var j = 0; j < logits.ColumnCount; j++)
        {
            highest = Math.Max(highest, logits[row, j]);
        }

        double sum = 0;
        for (var j = 0; j < logits.ColumnCount; j++)
        {
            sum += Math.Exp(logits[row, j] - highest);
        }

        return highest + Math.Log(sum);
    }
}
