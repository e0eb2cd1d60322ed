using MathNet.Numerics.Statistics;

namespace Kata055;

public static class WhyScaleScores
{
    private static Vector<double> LogSoftmax(this Vector<double> logits)
    {
        var max = logits.Maximum();
        return logits - (max + Math.Log((logits - max).PointwiseExp().Sum()));
    }

    private static void RequireEqual(int left, int right, string what)
    {
        if (left == right)
        {
            return;
        }

        throw new ArgumentException($"{what}: {left} and {right}");
    }

    public static double ScoreVariance(Matrix<double> queries, Matrix<double> keys)
    {
        RequireEqual(queries.ColumnCount, keys.ColumnCount, "dimensions");
        return (keys * queries.Transpose()).Enumerate().PopulationVariance();
    }

    public static Matrix<double> ScaledScores(Matrix<double> queries, Matrix<double> keys)
    {
        RequireEqual(queries.ColumnCount, keys.ColumnCount, "dimensions");
        var quarter = Math.Sqrt(Math.Sqrt(keys.ColumnCount));
        return (queries / quarter) * (keys / quarter).Transpose();
    }

    public static Matrix<double> Attend(Matrix<double> queries, Matrix<double> keys, Matrix<double> values)
    {
        RequireEqual(keys.RowCount, values.RowCount, "keys and values");
        var attention = ScaledScores(queries, keys);
        foreach (var (i, row) in attention.EnumerateRowsIndexed())
        {
            attention.SetRow(i, row.LogSoftmax().PointwiseExp());
        }

        return attention.Multiply(values);
    }

    public static Matrix<double> SoftmaxJacobian(Vector<double> logits)
    {
        var p = logits.LogSoftmax().PointwiseExp();
        return Matrix<double>.Build.DenseDiagonal(p.Count, 1).Subtract(Matrix<double>.Build.DenseOfRowVectors(Enumerable.Repeat(p, p.Count)))
            .MapIndexed((i, _, entry) => p[i] * entry);
    }

    public static double JacobianNorm(Vector<double> logits)
    {
        var p = logits.LogSoftmax().PointwiseExp();
        return Math.Sqrt(Enumerable.Range(0, p.Count)
            .Sum(i => Enumerable.Range(0, p.Count).Sum(j => i == j ? Math.Pow(p[i] * (1 - p[i]), 2) : Math.Pow(p[i] * p[j], 2))));
    }

    public static Vector<double> Entropy(Matrix<double> weights) =>
        -weights.Map(p => p <= 0 ? 0 : p * Math.Log(p), Zeros.Include).RowSums();
}
