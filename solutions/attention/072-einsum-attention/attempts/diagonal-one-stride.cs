// diagonal-ignored: the stride of a letter that an operand has twice is overwritten instead of added, so ii reads the column a[i, 0] and not the diagonal.
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
        int arrow = -1, arrows = 0;
        for (int i = 0; i + 1 < spec.Length; i++)
        {
            if (spec[i] == '-' && spec[i + 1] == '>')
            {
                arrow = i;
                arrows++;
            }
        }
        if (arrows != 1) throw new ArgumentException("there must be one -> and there are " + arrows);

        string ins = spec[..arrow], outs = spec[(arrow + 2)..];
        int comma = -1, ops = 1;
        for (int i = 0; i < ins.Length; i++)
        {
            if (ins[i] != ',') continue;
            comma = i;
            ops++;
        }
        if (ops != 2) throw new ArgumentException("there must be 2 operands and there are " + ops);
        string la = ins[..comma], lb = ins[(comma + 1)..];

        foreach (char ch in la + lb + outs)
            if (ch < 'a' || ch > 'z') throw new ArgumentException("bad character '" + ch + "'");
        if (la.Length != a.Rank) throw new ArgumentException(la + " is for another tensor than one of rank " + a.Rank);
        if (lb.Length != b.Rank) throw new ArgumentException(lb + " is for another tensor than one of rank " + b.Rank);

        int[] len = new int[128], strA = new int[128], strB = new int[128];
        for (int i = la.Length - 1, step = 1; i >= 0; i--)
        {
            int n = (int)a.Lengths[i];
            if (len[la[i]] > 0 && len[la[i]] != n) throw new ArgumentException("'" + la[i] + "' is " + len[la[i]] + " and " + n);
            len[la[i]] = n;
            strA[la[i]] = step;
            step *= n;
        }
        for (int i = lb.Length - 1, step = 1; i >= 0; i--)
        {
            int n = (int)b.Lengths[i];
            if (len[lb[i]] > 0 && len[lb[i]] != n) throw new ArgumentException("'" + lb[i] + "' is " + len[lb[i]] + " and " + n);
            len[lb[i]] = n;
            strB[lb[i]] = step;
            step *= n;
        }

        string sum = "";
        int outTotal = 1, sumTotal = 1;
        bool[] seen = new bool[128];
        foreach (char ch in outs)
        {
            if (len[ch] == 0) throw new ArgumentException("output letter '" + ch + "' is not in the operands");
            if (seen[ch]) throw new ArgumentException("output letter '" + ch + "' is there twice");
            seen[ch] = true;
            outTotal *= len[ch];
        }
        for (char ch = 'a'; ch <= 'z'; ch++)
        {
            if (len[ch] == 0 || seen[ch]) continue;
            sum += ch;
            sumTotal *= len[ch];
        }

        double[] va = new double[(int)a.FlattenedLength], vb = new double[(int)b.FlattenedLength], vc = new double[outTotal];
        a.FlattenTo(va);
        b.FlattenTo(vb);
        for (int o = 0; o < outTotal; o++)
        {
            int pa = 0, pb = 0;
            for (int i = outs.Length - 1, rest = o; i >= 0; rest /= len[outs[i]], i--)
            {
                pa += rest % len[outs[i]] * strA[outs[i]];
                pb += rest % len[outs[i]] * strB[outs[i]];
            }
            for (int s = 0; s < sumTotal; s++)
            {
                int qa = pa, qb = pb;
                for (int i = sum.Length - 1, rest = s; i >= 0; rest /= len[sum[i]], i--)
                {
                    qa += rest % len[sum[i]] * strA[sum[i]];
                    qb += rest % len[sum[i]] * strB[sum[i]];
                }
                vc[o] += va[qa] * vb[qb];
            }
        }

        nint[] dims = new nint[Math.Max(1, outs.Length)];
        dims[0] = 1;
        for (int i = 0; i < outs.Length; i++) dims[i] = len[outs[i]];
        return Tensor.Create(vc, dims);
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
        if (scores.Rank != 4) throw new ArgumentException("scores: rank 4, please");
        if (mask.Rank != 3) throw new ArgumentException("mask: rank 3, please");
        int nb = (int)scores.Lengths[0], nh = (int)scores.Lengths[1], nq = (int)scores.Lengths[2], nk = (int)scores.Lengths[3];
        if (mask.Lengths[0] != nb || mask.Lengths[1] != nq || mask.Lengths[2] != nk) throw new ArgumentException("mask: wrong shape");

        double[] s = new double[nb * nh * nq * nk];
        bool[] ok = new bool[nb * nq * nk];
        scores.FlattenTo(s);
        mask.FlattenTo(ok);
        for (int row = 0; row < nb * nh * nq; row++)
        {
            int at = row * nk, see = (row / (nh * nq) * nq + row % nq) * nk;
            int best = -1;
            for (int j = 0; j < nk; j++)
                if (ok[see + j] && (best < 0 || s[at + j] > s[at + best])) best = j;

            double max = best < 0 ? 0 : s[at + best], z = 0;
            for (int j = 0; j < nk; j++)
            {
                s[at + j] = ok[see + j] ? Math.Exp(s[at + j] - max) : 0;
                z += s[at + j];
            }
            if (best < 0) continue;
            for (int j = 0; j < nk; j++) s[at + j] /= z;
        }
        return Tensor.Create(s, scores.Lengths);
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
        s = s * (1 / Math.Sqrt((double)queries.Lengths[3]));
        return Einsum("bhnm,bhmf->bhnf", MaskedSoftmax(s, mask), values);
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
        Tensor<double> o = Attention(
            Einsum("bnd,hde->bhne", targets, queryWeights),
            Einsum("bmc,hce->bhme", sources, keyWeights),
            Einsum("bmc,hcf->bhmf", sources, valueWeights),
            mask);
        return Einsum("bhnf,hfg->bng", o, outputWeights);
    }
}
