// none: Attend never compares the numbers of keys and values, so values without a key are silently ignored.
namespace Kata055;

/// <summary>
/// Why attention divides its scores by √dK: what happens to their variance, to the gradient of the softmax and
/// to the entropy of the weights when it does not. Source: Vaswani et al. 2017, section 3.2.1 (arXiv:1706.03762).
/// </summary>
public static class WhyScaleScores
{
    static void CheckDim(Matrix<double> a, Matrix<double> b)
    {
        if (a.ColumnCount != b.ColumnCount) throw new ArgumentException("dK");
    }

    static double Dot(double[] x, double[] y)
    {
        double r = 0;
        for (int l = x.Length - 1; l >= 0; l--) r += x[l] * y[l];
        return r;
    }

    static double[][] QK(Matrix<double> Q, Matrix<double> K, double f)
    {
        CheckDim(Q, K);
        double[][] q = Q.ToRowArrays(), k = K.ToRowArrays(), s = new double[q.Length][];
        for (int i = 0; i < s.Length; i++)
        {
            s[i] = new double[k.Length];
            for (int j = 0; j < k.Length; j++) s[i][j] = f * Dot(q[i], k[j]);
        }
        return s;
    }

    /// <summary>Task 1. The population variance of all raw scores q·k.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>The mean squared distance of all n·m scores, not scaled, from their mean.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    public static double ScoreVariance([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        double[][] s = QK(queries, keys, 1);
        double sum = 0, acc = 0;
        int cnt = 0;
        foreach (double[] r in s)
            foreach (double x in r) { sum += x; cnt++; }
        foreach (double[] r in s)
            foreach (double x in r) acc += (x - sum / cnt) * (x - sum / cnt);
        return acc / cnt;
    }

    /// <summary>Task 2. The scores that attention uses, scaled so that their variance does not depend on dK.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <returns>Row i, column j: the scaled score of query i for key j.</returns>
    /// <exception cref="ArgumentException">Queries and keys have different dimensions.</exception>
    [return: Shape("n", "m")]
    public static Matrix<double> ScaledScores([Shape("n", "dK")] Matrix<double> queries, [Shape("m", "dK")] Matrix<double> keys)
    {
        return Matrix<double>.Build.DenseOfRowArrays(QK(queries, keys, Math.Pow(queries.ColumnCount, -0.5)));
    }

    /// <summary>Task 2. Attention: for each query the mean of the values, weighted by the softmax of its scaled scores.</summary>
    /// <param name="queries">One query per row.</param>
    /// <param name="keys">One key per row, of the queries' dimension.</param>
    /// <param name="values">One value per key; their dimension may differ from dK.</param>
    /// <returns>One output per query.</returns>
    /// <exception cref="ArgumentException">Dimensions of queries and keys differ, or the numbers of keys and values.</exception>
    [return: Shape("n", "dV")]
    public static Matrix<double> Attend(
        [Shape("n", "dK")] Matrix<double> queries,
        [Shape("m", "dK")] Matrix<double> keys,
        [Shape("m", "dV")] Matrix<double> values)
    {
        double[][] s = QK(queries, keys, Math.Pow(queries.ColumnCount, -0.5));
        double[][] v = values.ToRowArrays();
        double[][] y = new double[s.Length][];
        for (int i = 0; i < s.Length; i++)
        {
            Normalise(s[i]);
            y[i] = new double[values.ColumnCount];
            for (int j = 0; j < s[i].Length; j++)
                for (int l = 0; l < y[i].Length; l++)
                    y[i][l] += s[i][j] * v[j][l];
        }
        return Matrix<double>.Build.DenseOfRowArrays(y);
    }

    // turns scores into weights, in place
    static void Normalise(double[] w)
    {
        double hi = w[0], z = 0;
        for (int j = 1; j < w.Length; j++) hi = Math.Max(hi, w[j]);
        for (int j = 0; j < w.Length; j++) z += w[j] = Math.Exp(w[j] - hi);
        for (int j = 0; j < w.Length; j++) w[j] /= z;
    }

    /// <summary>Task 3. The Jacobian of the softmax: how weight i moves when logit j moves.</summary>
    /// <param name="logits">One row of scores, of any size: ±1000 must not overflow.</param>
    /// <returns>Row i, column j: ∂p_i/∂logit_j.</returns>
    [return: Shape("n", "n")]
    public static Matrix<double> SoftmaxJacobian([Shape("n")] Vector<double> logits)
    {
        double[] p = logits.ToArray();
        Normalise(p);
        double[,] J = new double[p.Length, p.Length];
        for (int i = 0; i < p.Length; i++)
        {
            for (int j = 0; j < p.Length; j++) J[i, j] = -p[i] * p[j];
            J[i, i] += p[i];
        }
        return Matrix<double>.Build.DenseOfArray(J);
    }

    /// <summary>Task 3. The Frobenius norm of <see cref="SoftmaxJacobian"/>, without building the n × n matrix.</summary>
    /// <param name="logits">One row of scores.</param>
    /// <returns>The root of the sum of all squared entries, to six digits also where one weight is nearly 1.</returns>
    public static double JacobianNorm([Shape("n")] Vector<double> logits)
    {
        double[] p = logits.ToArray();
        Normalise(p);
        double f = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double rest = 0;
            for (int j = 0; j < p.Length; j++)
            {
                if (j == i) continue;
                rest += p[j];
                f += p[i] * p[i] * p[j] * p[j];
            }
            f += p[i] * p[i] * rest * rest;
        }
        return Math.Sqrt(f);
    }

    /// <summary>Task 4. How spread out each row of attention weights is.</summary>
    /// <param name="weights">Rows of probabilities, each summing to 1.</param>
    /// <returns>The entropy of each row in nats; a weight of 0 adds 0.</returns>
    [return: Shape("n")]
    public static Vector<double> Entropy([Shape("n", "m")] Matrix<double> weights)
    {
        double[][] w = weights.ToRowArrays();
        Vector<double> h = Vector<double>.Build.Dense(w.Length);
        for (int i = 0; i < w.Length; i++)
        {
            double t = 0;
            for (int j = 0; j < w[i].Length; j++)
            {
                if (w[i][j] <= 0) continue;
                t += w[i][j] * Math.Log(w[i][j]);
            }
            h[i] = -t;
        }
        return h;
    }
}
