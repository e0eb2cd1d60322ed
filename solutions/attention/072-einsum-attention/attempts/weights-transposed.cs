// weights-transposed: the second spec calls the weights bhmn though their axes are b, h, n, m: for n = m each query gets the transposed weights, otherwise the sizes do not fit.
namespace Kata072;

/// <summary>
/// Attention written with einsum: every linear step is one spec that names its axes, and the softmax over the keys is the
/// one step that einsum cannot write. Sources: Vaswani et al. 2017 (arXiv:1706.03762), Shazeer 2019 (arXiv:1911.02150).
/// </summary>
public static class EinsumAttention
{
    private static void Fail(string text) => throw new ArgumentException(text);

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
        ArgumentNullException.ThrowIfNull(spec);
        string[] halves = spec.Split("->");
        if (halves.Length != 2) Fail($"found {halves.Length - 1} of -> instead of 1");
        string[] ins = halves[0].Split(',');
        if (ins.Length != 2) Fail($"found {ins.Length} operands instead of 2");
        string outs = halves[1];
        foreach (string word in new[] { ins[0], ins[1], outs })
            for (int i = 0; i < word.Length; i++)
                if (!char.IsAsciiLetterLower(word[i])) Fail($"found '{word[i]}' instead of a letter a to z");

        (string Letters, Tensor<double> Tensor)[] operands = [(ins[0], a), (ins[1], b)];
        Dictionary<char, int> size = new();
        foreach (var (letters, tensor) in operands)
        {
            if (letters.Length != tensor.Rank) Fail($"found {letters} for a tensor with {tensor.Rank} axes");
            for (int i = 0; i < letters.Length; i++)
            {
                int length = (int)tensor.Lengths[i];
                if (size.TryGetValue(letters[i], out int before) && before != length)
                    Fail($"found {before} as well as {length} for '{letters[i]}'");
                size[letters[i]] = length;
            }
        }

        for (int i = 0; i < outs.Length; i++)
        {
            if (!size.ContainsKey(outs[i])) Fail($"found '{outs[i]}' in the output only");
            if (outs.IndexOf(outs[i]) < i) Fail($"found '{outs[i]}' in the output before");
        }

        // one long number counts through all combinations; each letter is a digit of it, those of the output the leading ones
        Dictionary<char, int> unit = new();
        int total = 1;
        foreach (char c in size.Keys)
            if (!outs.Contains(c))
            {
                unit[c] = total;
                total *= size[c];
            }
        int block = total;
        for (int i = outs.Length - 1; i >= 0; i--)
        {
            unit[outs[i]] = total;
            total *= size[outs[i]];
        }

        double[] va = new double[(int)a.FlattenedLength], vb = new double[(int)b.FlattenedLength];
        a.FlattenTo(va);
        b.FlattenTo(vb);
        double[] vc = new double[total / block];
        for (int code = total - 1; code >= 0; code--)
            vc[code / block] += va[Place(ins[0], code)] * vb[Place(ins[1], code)];

        return Tensor.Create(vc, outs.Length == 0 ? new nint[] { 1 } : Array.ConvertAll(outs.ToCharArray(), c => (nint)size[c]));

        int Place(string letters, int code)
        {
            int place = 0;
            foreach (char c in letters) place = place * size[c] + code / unit[c] % size[c];
            return place;
        }
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
        if (scores.Rank != 4) Fail("the scores must have rank 4");
        if (mask.Rank != 3) Fail("the mask must have rank 3");
        int B = (int)scores.Lengths[0], H = (int)scores.Lengths[1], N = (int)scores.Lengths[2], M = (int)scores.Lengths[3];
        if (mask.Lengths[0] != B || mask.Lengths[1] != N || mask.Lengths[2] != M) Fail("the mask must be b × n × m");

        double[] flat = new double[B * H * N * M];
        scores.FlattenTo(flat);
        for (int i = 0; i < B; i++)
            for (int k = 0; k < N; k++)
            {
                bool[] see = new bool[M];
                for (int l = 0; l < M; l++) see[l] = mask[i, k, l];
                for (int j = 0; j < H; j++) Normalise(flat, ((i * H + j) * N + k) * M, see);
            }
        return Tensor.Create(flat, scores.Lengths);

        static void Normalise(double[] flat, int start, bool[] see)
        {
            double? max = null;
            for (int l = 0; l < see.Length; l++)
                if (see[l] && !(flat[start + l] <= max)) max = flat[start + l];

            double sum = 0;
            for (int l = 0; l < see.Length; l++)
            {
                flat[start + l] = see[l] && max.HasValue ? Math.Exp(flat[start + l] - max.Value) : 0;
                sum += flat[start + l];
            }
            if (max is null) return;
            for (int l = 0; l < see.Length; l++) flat[start + l] /= sum;
        }
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
        double e = queries.Lengths[^1];
        Tensor<double> scores = Einsum("bhne,bhme->bhnm", queries, keys);
        Tensor<double> weights = MaskedSoftmax(scores / Math.Sqrt(e), mask);
        return Einsum("bhmn,bhmf->bhnf", weights, values);
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
        Tensor<double> queries = Einsum("bnd,hde->bhne", targets, queryWeights);
        Tensor<double> keys = Einsum("bmc,hce->bhme", sources, keyWeights);
        Tensor<double> values = Einsum("bmc,hcf->bhmf", sources, valueWeights);
        Tensor<double> heads = Attention(queries, keys, values, mask);
        return Einsum("bhnf,hfg->bng", heads, outputWeights);
    }
}
