namespace Kata072;

/// <summary>
/// Attention written with einsum: every linear step is one spec that names its axes, and the softmax over the keys is the
/// one step that einsum cannot write. Sources: Vaswani et al. 2017 (arXiv:1706.03762), Shazeer 2019 (arXiv:1911.02150).
/// </summary>
public static class EinsumAttention
{
    /// <summary>
    /// Task 1. Multiplies two tensors entry by entry along equal letters and sums over every letter that the output
    /// does not name: <c>Einsum("ij,jk->ik", a, b)</c> is the matrix product.
    /// </summary>
    /// <param name="spec">
    /// Letters a to z for the axes of both operands, separated by one comma, then <c>-></c> and the letters of the output in
    /// the order of its axes. A letter twice in one operand is that operand's diagonal.
    /// </param>
    /// <param name="a">The first operand, with one axis for each of its letters.</param>
    /// <param name="b">The second operand, with one axis for each of its letters.</param>
    /// <returns>A tensor with one axis for each letter of the output; of shape [1] when the output has no letters.</returns>
    /// <exception cref="ArgumentException">The spec is malformed, or does not fit the operands; the message names the problem.</exception>
    public static Tensor<double> Einsum(string spec, Tensor<double> a, Tensor<double> b)
    {
        int p = spec.IndexOf("->", StringComparison.Ordinal);
        if (p < 0 || spec.IndexOf("->", p + 2, StringComparison.Ordinal) >= 0)
            throw new ArgumentException("The spec must have exactly one ->, but is " + spec);
        string l = spec.Substring(0, p), o = spec.Substring(p + 2);

        int k = 1;
        for (int i = 0; i < l.Length; i++)
            if (l[i] == ',') k++;
        if (k != 2)
            throw new ArgumentException("Two operands are needed, the spec has " + k);
        int q = l.IndexOf(',');
        string x = l.Substring(0, q), y = l.Substring(q + 1), z = x + y + o;

        for (int i = 0; i < z.Length; i++)
            if (z[i] < 'a' || z[i] > 'z')
                throw new ArgumentException("No letter from a to z: '" + z[i] + "'");

        int[] n = new int[26];                       // length of each letter, 0 = not there
        int[] sa = new int[26], sb = new int[26], so = new int[26];
        int na = Steps(x, a, n, sa), nb = Steps(y, b, n, sb);

        for (int i = 0; i < o.Length; i++)
        {
            if (n[o[i] - 'a'] == 0)
                throw new ArgumentException("No operand has the output letter '" + o[i] + "'");
            if (o.IndexOf(o[i]) < i)
                throw new ArgumentException("The output has the letter twice: '" + o[i] + "'");
        }

        nint[] w = new nint[o.Length == 0 ? 1 : o.Length];
        w[0] = 1;
        int t = 1;
        for (int i = o.Length - 1; i >= 0; i--)
        {
            int c = o[i] - 'a';
            w[i] = n[c];
            so[c] = t;
            t *= n[c];
        }

        string e = o;
        for (char c = 'a'; c <= 'z'; c++)
            if (n[c - 'a'] > 0 && o.IndexOf(c) < 0) e += c;

        double[] u = new double[na], v = new double[nb], r = new double[t];
        a.FlattenTo(u);
        b.FlattenTo(v);

        int[] d = new int[e.Length];
        int f = 0, g = 0, h = 0;
        for (; ; )
        {
            r[h] += u[f] * v[g];
            int j = e.Length - 1;
            for (; j >= 0; j--)
            {
                int c = e[j] - 'a';
                f += sa[c];
                g += sb[c];
                h += so[c];
                if (++d[j] < n[c]) break;
                d[j] = 0;
                f -= n[c] * sa[c];
                g -= n[c] * sb[c];
                h -= n[c] * so[c];
            }
            if (j < 0) break;
        }
        return Tensor.Create(r, w);
    }

    private static int Steps(string x, Tensor<double> t, int[] n, int[] s)
    {
        if (x.Length != t.Rank)
            throw new ArgumentException("The letters " + x + " do not fit a tensor with " + t.Rank + " axes");
        int k = 1;
        for (int i = x.Length - 1; i >= 0; i--)
        {
            int c = x[i] - 'a', m = (int)t.Lengths[i];
            if (n[c] != 0 && n[c] != m)
                throw new ArgumentException("The letter '" + x[i] + "' has two sizes, " + n[c] + " and " + m);
            n[c] = m;
            s[c] += k;                               // twice in one operand: both steps, the diagonal
            k *= m;
        }
        return k;
    }

    /// <summary>Task 2. Softmax over the keys, the last axis, counting only the keys that the mask allows.</summary>
    /// <param name="scores">One score for each batch, head, query and key, of any size: ±1000 must not overflow.</param>
    /// <param name="mask">True where the query may attend to the key; the same for all heads.</param>
    /// <returns>Weights of the scores' shape: 0 where the mask is false, each row with an allowed key sums to 1, a row without is 0.</returns>
    /// <exception cref="ArgumentException">The scores have not four axes, or the mask is not b × n × m.</exception>
    [return: Shape("b", "h", "n", "m")]
    public static Tensor<double> MaskedSoftmax(
        [Shape("b", "h", "n", "m")] Tensor<double> scores, [Shape("b", "n", "m")] Tensor<bool> mask)
    {
        if (scores.Rank != 4)
            throw new ArgumentException("scores must have 4 axes, not " + scores.Rank);
        int B = (int)scores.Lengths[0], H = (int)scores.Lengths[1], N = (int)scores.Lengths[2], M = (int)scores.Lengths[3];
        if (mask.Rank != 3 || mask.Lengths[0] != B || mask.Lengths[1] != N || mask.Lengths[2] != M)
            throw new ArgumentException("mask must be b x n x m: " + B + " x " + N + " x " + M);

        double[] s = new double[B * H * N * M], w = new double[B * H * N * M];
        bool[] k = new bool[B * N * M];
        scores.FlattenTo(s);
        mask.FlattenTo(k);

        for (int b = 0; b < B; b++)
            for (int h = 0; h < H; h++)
                for (int n = 0; n < N; n++)
                {
                    int p = ((b * H + h) * N + n) * M, q = (b * N + n) * M;
                    double x = double.NegativeInfinity, z = 0;
                    for (int m = 0; m < M; m++)
                        if (k[q + m] && s[p + m] > x) x = s[p + m];
                    for (int m = 0; m < M; m++)
                        if (k[q + m])
                        {
                            w[p + m] = Math.Exp(s[p + m] - x);
                            z += w[p + m];
                        }
                    for (int m = 0; m < M; m++)
                        if (k[q + m]) w[p + m] /= z;
                }
        return Tensor.Create(w, scores.Lengths);
    }

    /// <summary>Task 3. Scaled dot-product attention for every batch and head at once.</summary>
    /// <param name="queries">n queries of dimension e.</param>
    /// <param name="keys">m keys of the queries' dimension.</param>
    /// <param name="values">One value of dimension f for each key.</param>
    /// <param name="mask">True where the query may attend to the key; the same for all heads.</param>
    /// <returns>For each query the mean of the values, weighted by the masked softmax of its scaled scores.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    [return: Shape("b", "h", "n", "f")]
    public static Tensor<double> Attention(
        [Shape("b", "h", "n", "e")] Tensor<double> queries,
        [Shape("b", "h", "m", "e")] Tensor<double> keys,
        [Shape("b", "h", "m", "f")] Tensor<double> values,
        [Shape("b", "n", "m")] Tensor<bool> mask)
    {
        Tensor<double> s = Einsum("bhne,bhme->bhnm", queries, keys);
        double e = queries.Lengths[3];
        Tensor<double> w = MaskedSoftmax(s / Math.Sqrt(e), mask);
        return Einsum("bhnm,bhmf->bhnf", w, values);
    }

    /// <summary>Task 4. Multi-head attention of targets over sources, without biases; self-attention when both are the same.</summary>
    /// <param name="targets">The n positions that ask, of dimension d.</param>
    /// <param name="sources">The m positions that are attended to, of dimension c.</param>
    /// <param name="queryWeights">For each head the projection of the targets to queries.</param>
    /// <param name="keyWeights">For each head the projection of the sources to keys.</param>
    /// <param name="valueWeights">For each head the projection of the sources to values.</param>
    /// <param name="outputWeights">For each head the projection of its result to the output.</param>
    /// <param name="mask">True where the target may attend to the source; the same for all heads.</param>
    /// <returns>The sum over all heads of their projected results, one output of dimension g for each target.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    [return: Shape("b", "n", "g")]
    public static Tensor<double> MultiHead(
        [Shape("b", "n", "d")] Tensor<double> targets,
        [Shape("b", "m", "c")] Tensor<double> sources,
        [Shape("h", "d", "e")] Tensor<double> queryWeights,
        [Shape("h", "c", "e")] Tensor<double> keyWeights,
        [Shape("h", "c", "f")] Tensor<double> valueWeights,
        [Shape("h", "f", "g")] Tensor<double> outputWeights,
        [Shape("b", "n", "m")] Tensor<bool> mask)
    {
        Tensor<double> q = Einsum("bnd,hde->bhne", targets, queryWeights);
        Tensor<double> k = Einsum("bmc,hce->bhme", sources, keyWeights);
        Tensor<double> v = Einsum("bmc,hcf->bhmf", sources, valueWeights);
        Tensor<double> z = Attention(q, k, v, mask);
        return Einsum("bhnf,hfg->bng", z, outputWeights);
    }
}
