namespace Kata002;

public static class QkvProjections
{
    public static Matrix<double> Attend(Matrix<double> x, Matrix<double> wq, Matrix<double> wk, Matrix<double> wv)
    {
        var values = x.Multiply(wv);
        return Matrix<double>.Build.DenseOfRows(Rows(x * wq, x * wk).Select(row => row * values));
    }

    public static Matrix<double> ValueOnlyAttention(Matrix<double> x)
    {
        var none = Matrix<double>.Build.DenseIdentity(x.ColumnCount);
        return Attend(x, none, none, none);
    }

    public static double SymmetricScoreError(Matrix<double> target)
    {
        if (target.RowCount != target.ColumnCount)
        {
            throw new ArgumentException("a score for every pair of tokens, please", nameof(target));
        }

        var symmetric = (target + target.Transpose()) / 2;
        return Math.Sqrt((target - symmetric).Enumerate().Sum(entry => entry * entry));
    }

    public static (Matrix<double> Wq, Matrix<double> Wk) FitScores(Matrix<double> x, Matrix<double> target, int rank)
    {
        if (target.RowCount != x.RowCount || target.ColumnCount != x.RowCount)
        {
            throw new ArgumentException("target and tokens do not fit", nameof(target));
        }

        if (rank < 1 || rank > x.RowCount || rank > x.ColumnCount)
        {
            throw new ArgumentOutOfRangeException(nameof(rank), "no such rank");
        }

        // In the basis of the left singular vectors of x the reachable scores are a small square matrix.
        var tokens = x.Svd();
        var independent = tokens.S.Count(s => s > 1e-12 * tokens.S[0]);
        var basis = tokens.U.SubMatrix(0, x.RowCount, 0, independent);
        var small = (basis.Transpose() * target * basis).Svd();
        var kept = Math.Min(rank, independent);
        var toWeights = tokens.VT.SubMatrix(0, independent, 0, x.ColumnCount).Transpose()
            * Matrix<double>.Build.DiagonalOfDiagonalVector(1 / tokens.S.SubVector(0, independent));

        Matrix<double> Weights(Func<int, Vector<double>> direction)
        {
            var weights = Matrix<double>.Build.Dense(x.ColumnCount, rank);
            foreach (var j in Enumerable.Range(0, kept))
            {
                weights.SetColumn(j, toWeights * direction(j) * Math.Sqrt(small.S[j]));
            }

            return weights;
        }

        return (Weights(small.U.Column), Weights(small.VT.Row));
    }

    public static (Matrix<double> Wq, Matrix<double> Wk, Matrix<double> Wv) Gradients(
        Matrix<double> x, Matrix<double> wq, Matrix<double> wk, Matrix<double> wv, Matrix<double> upstream)
    {
        if (upstream.RowCount != x.RowCount)
        {
            throw new ArgumentException("one upstream row for each token");
        }

        // Each query adds its share: through its own softmax Jacobian to the bilinear form x_iᵀ·Wq·Wkᵀ·X.
        var (dWq, dWk, dWv) = (wq.Clone(), wk.Clone(), wv.Clone());
        dWq.Clear();
        dWk.Clear();
        dWv.Clear();
        foreach (var (p, i) in Rows(x * wq, x * wk).Select((row, i) => (row, i)))
        {
            var token = x.Row(i);
            var jacobian = Matrix<double>.Build.DiagonalOfDiagonalVector(p) - p.OuterProduct(p);
            var seen = x.TransposeThisAndMultiply(jacobian * (x * wv * upstream.Row(i))) / Math.Sqrt(wq.ColumnCount);
            dWq += token.OuterProduct(seen * wk);
            dWk += seen.OuterProduct(token * wq);
            dWv += x.TransposeThisAndMultiply(p).OuterProduct(upstream.Row(i));
        }

        return (dWq, dWk, dWv);
    }

    private static IEnumerable<Vector<double>> Rows(Matrix<double> queries, Matrix<double> keys) =>
        from query in queries.EnumerateRows().ToList()
        let scores = keys * query / Math.Sqrt(query.Count)
        let logTotal = scores.Maximum() + Math.Log(scores.Sum(score => Math.Exp(score - scores.Maximum())))
        select scores.Map(score => Math.Exp(score - logTotal));
}
