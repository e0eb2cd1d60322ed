// maximum-over-masked-scores: the maximum that is subtracted is taken over the whole row, masked scores included, so one large masked score underflows all allowed ones.
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
        int arrow = spec.IndexOf("->", StringComparison.Ordinal);
        if (arrow == -1 || spec.LastIndexOf("->", StringComparison.Ordinal) != arrow)
            throw new ArgumentException("one -> is needed, no more and no fewer", nameof(spec));
        string output = spec[(arrow + 2)..];
        string[] inputs = spec[..arrow].Split(',');
        if (inputs.Length is not 2)
            throw new ArgumentException($"number of operands: {inputs.Length}, must be 2", nameof(spec));
        if ((inputs[0] + inputs[1] + output).FirstOrDefault(c => !char.IsAsciiLetterLower(c), 'a') is var bad and not 'a')
            throw new ArgumentException($"not a letter: '{bad}'", nameof(spec));

        SortedList<char, int> size = new();
        Collect(size, inputs[0], a.Lengths);
        Collect(size, inputs[1], b.Lengths);
        for (int i = output.Length - 1; i >= 0; i--)
        {
            if (!size.ContainsKey(output[i]))
                throw new ArgumentException($"no operand has '{output[i]}'", nameof(spec));
            if (output.IndexOf(output[i]) != i)
                throw new ArgumentException($"'{output[i]}' is twice in the output", nameof(spec));
        }

        // both operands are spread over the space of all letters, multiplied there, and every block is added up
        string space = output + string.Concat(size.Keys.Where(c => !output.Contains(c)));
        double[] product = Spread(a, inputs[0], space, size);
        TensorPrimitives.Multiply<double>(product, Spread(b, inputs[1], space, size), product);

        int blocks = 1;
        foreach (char c in output)
            blocks *= size[c];
        int length = product.Length / blocks;
        double[] result = new double[blocks];
        for (int i = 0; i < blocks; i++)
            result[i] = TensorPrimitives.Sum<double>(product.AsSpan(i * length, length));

        nint[] lengths = new nint[output.Length];
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = size[output[i]];
        return Tensor.Create(result, lengths.Length == 0 ? new nint[] { 1 } : lengths);
    }

    private static void Collect(SortedList<char, int> size, string letters, ReadOnlySpan<nint> lengths)
    {
        if (letters.Length != lengths.Length)
            throw new ArgumentException($"'{letters}' against {lengths.Length} axes");
        for (int i = 0; i < lengths.Length; i++)
        {
            if (!size.ContainsKey(letters[i]))
                size.Add(letters[i], (int)lengths[i]);
            else if (size[letters[i]] != lengths[i])
                throw new ArgumentException($"'{letters[i]}' is {size[letters[i]]} here and {lengths[i]} there");
        }
    }

    private static double[] Spread(Tensor<double> tensor, string letters, string space, SortedList<char, int> size)
    {
        double[] flat = new double[(int)tensor.FlattenedLength];
        tensor.FlattenTo(flat);
        int total = 1;
        foreach (char c in space)
            total *= size[c];

        double[] wide = new double[total];
        int[] digit = new int[26];
        for (int i = 0; i < total; i++)
        {
            int rest = i;
            for (int k = space.Length - 1; k >= 0; k--)
                rest = Math.DivRem(rest, size[space[k]], out digit[space[k] - 'a']);
            int place = 0;
            foreach (char c in letters)
                place = place * size[c] + digit[c - 'a'];
            wide[i] = flat[place];
        }

        return wide;
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
            throw new ArgumentException("the scores are not b × h × n × m", nameof(scores));
        int heads = (int)scores.Lengths[1], n = (int)scores.Lengths[2], m = (int)scores.Lengths[3];
        if (mask.Rank != 3 || mask.Lengths[0] != scores.Lengths[0] || mask.Lengths[1] != n || mask.Lengths[2] != m)
            throw new ArgumentException("the mask is not b × n × m", nameof(mask));

        double[] weights = new double[(int)scores.FlattenedLength];
        bool[] allowed = new bool[(int)mask.FlattenedLength];
        scores.FlattenTo(weights);
        mask.FlattenTo(allowed);
        for (int r = 0; r < weights.Length / m; r++)
        {
            int batch = r / (heads * n), query = r % n;
            Span<double> row = weights.AsSpan(r * m, m);
            ReadOnlySpan<bool> open = allowed.AsSpan((batch * n + query) * m, m);

            TensorPrimitives.Subtract<double>(row, TensorPrimitives.Max<double>(row), row);
            TensorPrimitives.Exp<double>(row, row);
            for (int j = 0; j < m; j++)
            {
                if (!open[j])
                    row[j] = 0;
            }

            double sum = TensorPrimitives.Sum<double>(row);
            if (sum > 0)
                TensorPrimitives.Divide<double>(row, sum, row);
        }

        return Tensor.Create(weights, scores.Lengths);
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
        Tensor<double> scores = Einsum("bhne,bhme->bhnm", queries, keys);
        double root = Math.Sqrt((double)queries.Lengths[3]);
        return Einsum("bhnm,bhmf->bhnf", MaskedSoftmax(scores / root, mask), values);
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
        Tensor<double> query = Einsum("bnd,hde->bhne", targets, queryWeights);
        Tensor<double> key = Einsum("bmc,hce->bhme", sources, keyWeights);
        Tensor<double> value = Einsum("bmc,hcf->bhmf", sources, valueWeights);
        return Einsum("bhnf,hfg->bng", Attention(query, key, value, mask), outputWeights);
    }
}
