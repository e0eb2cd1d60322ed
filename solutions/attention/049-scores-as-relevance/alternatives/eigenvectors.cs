using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Kata049;

/// <summary>Densities of a normal distribution relative to the best one, and eigenvectors of AᵀA in the place of the SVD.</summary>
public static class ScoresAsRelevance
{
    public static Vector<double> NadarayaWatson(Vector<double> query, Matrix<double> keys, Matrix<double> values, double sigma)
    {
        RequireEqual(query.Count, keys.ColumnCount);
        RequireEqual(keys.RowCount, values.RowCount);
        if (double.IsNaN(sigma) || sigma <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(sigma));
        }

        var logDensities = keys.EnumerateRows().Select(key => Normal.PDFLn(0, sigma, Distance.Euclidean(key, query))).ToList();
        var relative = logDensities.ConvertAll(density => Math.Exp(density - logDensities.Max()));
        return values.EnumerateRows().Zip(relative, (value, weight) => weight * value).Aggregate((sum, next) => sum + next) / relative.Sum();
    }

    public static Vector<double> DotProductForm(Vector<double> query, Matrix<double> keys, double sigma)
    {
        RequireEqual(query.Count, keys.ColumnCount);
        var variance = sigma > 0 ? sigma * sigma : throw new ArgumentOutOfRangeException(nameof(sigma));
        return Vector<double>.Build.DenseOfEnumerable(
            keys.EnumerateRows().Select(key => ((2 * key.DotProduct(query)) - key.DotProduct(key)) / (2 * variance)));
    }

    public static Matrix<double> PointwiseMutualInformation(Matrix<double> counts, double smoothing)
    {
        if (!double.IsFinite(smoothing) || double.IsNegative(smoothing) && smoothing != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(smoothing));
        }

        var joint = counts.Add(smoothing);
        joint = joint.Divide(joint.ColumnSums().Sum());
        var expected = joint.RowSums().OuterProduct(joint.ColumnSums());
        return counts.ForAll(count => count >= 0 && count <= double.MaxValue) && expected.ForAll(probability => probability > 0)
            ? joint.PointwiseDivide(expected).PointwiseLog()
            : throw new ArgumentException("counts: finite, not negative, no empty row or column");
    }

    public static (Matrix<double> Queries, Matrix<double> Keys) FactorPmi(Matrix<double> pmi, int rank)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rank, Math.Min(pmi.RowCount, pmi.ColumnCount));
        if (pmi.Exists(entry => double.IsNaN(entry) || double.IsInfinity(entry)))
        {
            throw new ArgumentException("infinite or not a number");
        }

        var eigen = pmi.TransposeThisAndMultiply(pmi).Evd(Symmetricity.Symmetric);
        var best = Enumerable.Range(0, pmi.ColumnCount).OrderByDescending(i => eigen.EigenValues[i].Real).Take(rank).ToList();
        var keys = best.Select(i => eigen.EigenVectors.Column(i) * Math.Pow(Math.Max(0, eigen.EigenValues[i].Real), 0.25)).ToList();
        var queries = best.Select(i => Math.Max(0, eigen.EigenValues[i].Real))
            .Zip(keys, (value, key) => value > 1e-20 ? pmi * key / Math.Sqrt(value) : Vector<double>.Build.Dense(pmi.RowCount));
        return (Matrix<double>.Build.DenseOfColumnVectors(queries), Matrix<double>.Build.DenseOfColumnVectors(keys));
    }

    private static void RequireEqual(int left, int right)
    {
        if (left != right)
        {
            throw new ArgumentException($"{left} and {right} should be equal");
        }
    }
}
