// maximum-starts-at-zero: searches the largest logit from 0 on, so in a row of very negative logits every exponential underflows.
namespace Kata045;

/// <summary>Training loss.</summary>
public static class TrainingLoss
{
    /// <summary>Log-softmax.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> LogSoftmax([Shape("n", "vocabulary")] Matrix<double> logits)
    {
        int n = logits.RowCount, m = logits.ColumnCount, i, j;
        double[,] a = logits.ToArray();
        double z;
        for (i = 0; i < n; ++i)
        {
            z = Lse(a, i, m);
            for (j = 0; j < m; ++j) a[i, j] -= z;
        }
        return Matrix<double>.Build.DenseOfArray(a);
    }

    /// <summary>Cross-entropy.</summary>
    public static double CrossEntropy(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        int n = logits.RowCount, m = logits.ColumnCount, i;
        bool[] use = new bool[n];
        int k = Mark(n, m, targets, ignoreIndex, use);
        double[,] a = logits.ToArray();
        double s = 0;
        for (i = 0; i < n; ++i)
            if (use[i]) s += Lse(a, i, m) - a[i, targets[i]];
        return k > 0 ? s / k : 0;
    }

    /// <summary>Gradient.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> Gradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, int ignoreIndex = -100)
    {
        int n = logits.RowCount, m = logits.ColumnCount, i, j;
        bool[] use = new bool[n];
        int k = Mark(n, m, targets, ignoreIndex, use);
        double[,] a = logits.ToArray(), g = new double[n, m];
        for (i = 0; i < n; ++i)
        {
            if (!use[i]) continue;
            double z = Lse(a, i, m);
            for (j = 0; j < m; ++j)
            {
                double p = Math.Exp(a[i, j] - z);
                g[i, j] = (targets[i] == j ? p - 1 : p) / k;
            }
        }
        return Matrix<double>.Build.DenseOfArray(g);
    }

    /// <summary>Z-loss.</summary>
    public static double ZLoss(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        int n = logits.RowCount, m = logits.ColumnCount, i;
        bool[] use = new bool[n];
        int k = Mark(n, m, targets, ignoreIndex, use);
        double[,] a = logits.ToArray();
        double s = 0, z;
        for (i = 0; i < n; ++i)
        {
            if (!use[i]) continue;
            z = Lse(a, i, m);
            s += z * z;
        }
        return k > 0 ? weight * s / k : 0;
    }

    /// <summary>Gradient of the z-loss.</summary>
    [return: Shape("n", "vocabulary")]
    public static Matrix<double> ZLossGradient(
        [Shape("n", "vocabulary")] Matrix<double> logits, [Shape("n")] int[] targets, double weight, int ignoreIndex = -100)
    {
        int n = logits.RowCount, m = logits.ColumnCount, i, j;
        bool[] use = new bool[n];
        int k = Mark(n, m, targets, ignoreIndex, use);
        double[,] a = logits.ToArray(), g = new double[n, m];
        for (i = 0; i < n; ++i)
        {
            if (!use[i]) continue;
            double z = Lse(a, i, m);
            for (j = 0; j < m; ++j) g[i, j] = 2 * weight / k * z * Math.Exp(a[i, j] - z);
        }
        return Matrix<double>.Build.DenseOfArray(g);
    }

    private static double Lse(double[,] a, int i, int m)
    {
        double max = 0, s = 0;
        int j;
        for (j = 0; j < m; ++j)
            if (a[i, j] > max) max = a[i, j];
        for (j = 0; j < m; ++j) s += Math.Exp(a[i, j] - max);
        return max + Math.Log(s);
    }

    private static int Mark(int n, int m, int[] t, int ignore, bool[] use)
    {
        if (t.Length != n) throw new ArgumentException("length of targets");
        int k = 0;
        for (int i = 0; i < n; ++i)
        {
            if (t[i] == ignore) continue;
            if (t[i] < 0 || t[i] >= m) throw new ArgumentException("target out of range");
            use[i] = true;
            ++k;
        }
        return k;
    }
}
