namespace Kata049;

public static class ScoresAsRelevance
{
    public static Vector<double> NadarayaWatson(Vector<double> query, Matrix<double> keys, Matrix<double> values, double sigma)
    {
        if (values.RowCount != keys.RowCount)
        {
            throw new ArgumentException("as many values as keys, please");
        }

        var scores = DotProductForm(query, keys, sigma);
        var highest = double.NegativeInfinity;
        for (var j = 0; j < scores.Count; j++)
        {
            highest = Math.Max(highest, scores[j]);
        }

        double total = 0;
        var sums = new double[values.ColumnCount];
        for (var j = 0; j < scores.Count; j++)
        {
            var weight = Math.Exp(scores[j] - highest);
            total += weight;
            for (var c = 0; c < sums.Length; c++)
            {
                sums[c] += weight * values[j, c];
            }
        }

        for (var c = 0; c < sums.Length; c++)
        {
            sums[c] /= total;
        }

        return Vector<double>.Build.Dense(sums);
    }

    public static Vector<double> DotProductForm(Vector<double> query, Matrix<double> keys, double sigma)
    {
        if (query.Count != keys.ColumnCount)
        {
            throw new ArgumentException("one dimension for query and keys");
        }

        if (double.IsNaN(sigma) || sigma <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(sigma));
        }

        var scores = new double[keys.RowCount];
        for (var j = 0; j < scores.Length; j++)
        {
            for (var i = 0; i < query.Count; i++)
            {
                scores[j] += keys[j, i] * (query[i] - (0.5 * keys[j, i])) / sigma / sigma;
            }
        }

        return Vector<double>.Build.Dense(scores);
    }

    public static Matrix<double> PointwiseMutualInformation(Matrix<double> counts, double smoothing)
    {
        if (double.IsNaN(smoothing) || double.IsInfinity(smoothing) || smoothing < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(smoothing));
        }

        var words = new double[counts.RowCount];
        var contexts = new double[counts.ColumnCount];
        double total = 0;
        for (var w = 0; w < words.Length; w++)
        {
            for (var c = 0; c < contexts.Length; c++)
            {
                var count = counts[w, c];
                if (double.IsNaN(count) || double.IsInfinity(count) || count < 0)
                {
                    throw new ArgumentException("counts are finite and not negative");
                }

                words[w] += count + smoothing;
                contexts[c] += count + smoothing;
                total += count + smoothing;
            }
        }

        if (words.Contains(0) || contexts.Contains(0))
        {
            throw new ArgumentException("an empty row or column");
        }

        var pmi = new double[words.Length, contexts.Length];
        for (var w = 0; w < words.Length; w++)
        {
            for (var c = 0; c < contexts.Length; c++)
            {
                pmi[w, c] = Math.Log(counts[w, c] + smoothing) + Math.Log(total) - Math.Log(words[w]) - Math.Log(contexts[c]);
            }
        }

        return Matrix<double>.Build.DenseOfArray(pmi);
    }

    public static (Matrix<double> Queries, Matrix<double> Keys) FactorPmi(Matrix<double> pmi, int rank)
    {
        if (rank <= 0 || rank > pmi.RowCount || rank > pmi.ColumnCount)
        {
            throw new ArgumentOutOfRangeException(nameof(rank));
        }

        if (!pmi.ForAll(double.IsFinite))
        {
            throw new ArgumentException("finite entries only");
        }

        var svd = pmi.Svd();
        var queries = Matrix<double>.Build.Dense(pmi.RowCount, rank);
        var keys = Matrix<double>.Build.Dense(pmi.ColumnCount, rank);
        for (var r = 0; r < rank; r++)
        {
            var root = Math.Sqrt(svd.S[r]);
            for (var i = 0; i < pmi.RowCount; i++)
            {
                queries[i, r] = svd.U[i, r] * root;
            }

            for (var j = 0; j < pmi.ColumnCount; j++)
            {
                keys[j, r] = svd.VT[r, j] * root;
            }
        }

        return (queries, keys);
    }
}
