namespace Kata002;

public static class QkvProjections
{
    public static Matrix<double> Attend(Matrix<double> x, Matrix<double> wq, Matrix<double> wk, Matrix<double> wv)
    {
        Check(x, wq, wk, wv);
        return Matrix<double>.Build.DenseOfArray(Blend(WeightsOf(Times(x, wq), Times(x, wk)), Times(x, wv)));
    }

    public static Matrix<double> ValueOnlyAttention(Matrix<double> x)
    {
        var tokens = x.ToArray();
        return Matrix<double>.Build.DenseOfArray(Blend(WeightsOf(tokens, tokens), tokens));
    }

    public static double SymmetricScoreError(Matrix<double> target)
    {
        if (target.RowCount != target.ColumnCount)
        {
            throw new ArgumentException("square targets only");
        }

        double squares = 0;
        for (var i = 0; i < target.RowCount; i++)
        {
            for (var j = i + 1; j < target.RowCount; j++)
            {
                var difference = target[i, j] - target[j, i];
                squares += difference * difference / 2;
            }
        }

        return Math.Sqrt(squares);
    }

    public static (Matrix<double> Wq, Matrix<double> Wk) FitScores(Matrix<double> x, Matrix<double> target, int rank)
    {
        if (target.RowCount != x.RowCount || target.ColumnCount != x.RowCount)
        {
            throw new ArgumentException("one score for each pair of tokens");
        }

        if (rank <= 0 || rank > x.RowCount || rank > x.ColumnCount)
        {
            throw new ArgumentOutOfRangeException(nameof(rank));
        }

        // The singular vectors of the reachable scores, as eigenvectors of S·Sᵀ.
        var back = x.PseudoInverse();
        var reachable = x * (back * target * back.Transpose()) * x.Transpose();
        var eigen = (reachable * reachable.Transpose()).Evd(Symmetricity.Symmetric);
        var order = Enumerable.Range(0, x.RowCount).OrderByDescending(i => eigen.EigenValues[i].Real).Take(rank).ToArray();
        var wq = Matrix<double>.Build.Dense(x.ColumnCount, rank);
        var wk = Matrix<double>.Build.Dense(x.ColumnCount, rank);
        for (var c = 0; c < rank; c++)
        {
            var left = eigen.EigenVectors.Column(order[c]);
            var right = reachable.TransposeThisAndMultiply(left);
            var sigma = right.L2Norm();
            if (sigma > 1e-10 * reachable.L2Norm())
            {
                wq.SetColumn(c, back * left * Math.Sqrt(sigma));
                wk.SetColumn(c, back * right / Math.Sqrt(sigma));
            }
        }

        return (wq, wk);
    }

    public static (Matrix<double> Wq, Matrix<double> Wk, Matrix<double> Wv) Gradients(
        Matrix<double> x, Matrix<double> wq, Matrix<double> wk, Matrix<double> wv, Matrix<double> upstream)
    {
        Check(x, wq, wk, wv);
        if (upstream.RowCount != x.RowCount || upstream.ColumnCount != wv.ColumnCount)
        {
            throw new ArgumentException("the upstream gradient has the shape of the output");
        }

        var (q, k, v) = (Times(x, wq), Times(x, wk), Times(x, wv));
        var p = WeightsOf(q, k);
        var n = x.RowCount;
        var (dq, dk, dv) = (new double[n, wq.ColumnCount], new double[n, wk.ColumnCount], new double[n, wv.ColumnCount]);
        for (var i = 0; i < n; i++)
        {
            var dp = new double[n];
            double mean = 0;
            for (var j = 0; j < n; j++)
            {
                for (var c = 0; c < wv.ColumnCount; c++)
                {
                    dp[j] += upstream[i, c] * v[j, c];
                    dv[j, c] += p[i, j] * upstream[i, c];
                }

                mean += p[i, j] * dp[j];
            }

            for (var j = 0; j < n; j++)
            {
                var ds = p[i, j] * (dp[j] - mean) / Math.Sqrt(wq.ColumnCount);
                for (var c = 0; c < wq.ColumnCount; c++)
                {
                    dq[i, c] += ds * k[j, c];
                    dk[j, c] += ds * q[i, c];
                }
            }
        }

        Matrix<double> Back(double[,] gradient) => x.Transpose() * Matrix<double>.Build.DenseOfArray(gradient);
        return (Back(dq), Back(dk), Back(dv));
    }

    private static double[,] Times(Matrix<double> a, Matrix<double> b)
    {
        var product = new double[a.RowCount, b.ColumnCount];
        for (var i = 0; i < a.RowCount; i++)
        {
            for (var j = 0; j < b.ColumnCount; j++)
            {
                for (var l = 0; l < a.ColumnCount; l++)
                {
                    product[i, j] += a[i, l] * b[l, j];
                }
            }
        }

        return product;
    }

    private static double[,] WeightsOf(double[,] q, double[,] k)
    {
        var (n, dimension) = (q.GetLength(0), q.GetLength(1));
        var weights = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            var greatest = double.NegativeInfinity;
            for (var j = 0; j < n; j++)
            {
                for (var c = 0; c < dimension; c++)
                {
                    weights[i, j] += q[i, c] * k[j, c];
                }

                weights[i, j] /= Math.Sqrt(dimension);
                greatest = Math.Max(greatest, weights[i, j]);
            }

            double total = 0;
            for (var j = 0; j < n; j++)
            {
                weights[i, j] = Math.Exp(weights[i, j] - greatest);
                total += weights[i, j];
            }

            for (var j = 0; j < n; j++)
            {
                weights[i, j] /= total;
            }
        }

        return weights;
    }

    private static double[,] Blend(double[,] weights, double[,] values)
    {
        var output = new double[weights.GetLength(0), values.GetLength(1)];
        for (var i = 0; i < output.GetLength(0); i++)
        {
            for (var j = 0; j < values.GetLength(0); j++)
            {
                for (var c = 0; c < output.GetLength(1); c++)
                {
                    output[i, c] += weights[i, j] * values[j, c];
                }
            }
        }

        return output;
    }

    private static void Check(Matrix<double> x, Matrix<double> wq, Matrix<double> wk, Matrix<double> wv)
    {
        if (wq.RowCount != x.ColumnCount || wk.RowCount != x.ColumnCount || wv.RowCount != x.ColumnCount || wq.ColumnCount != wk.ColumnCount)
        {
            throw new ArgumentException("tokens and projections do not fit");
        }
    }
}
