// heads-not-paired-with-their-weights: the head axis of the output weights has a letter of its own (bhnf,kfg->bng), so the heads are added up first and go through the sum of all output matrices.
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
        ReadOnlySpan<char> rest = spec;
        int arrow = rest.IndexOf("->");
        if (arrow < 0 || rest[(arrow + 2)..].IndexOf("->") >= 0)
            throw new ArgumentException("Invalid spec: -> must occur once.", nameof(spec));
        ReadOnlySpan<char> inputs = rest[..arrow], output = rest[(arrow + 2)..];
        int commas = 0;
        foreach (char c in inputs)
            commas += c == ',' ? 1 : 0;
        if (commas != 1)
            throw new ArgumentException($"Invalid spec: {commas + 1} operands.", nameof(spec));
        int comma = inputs.IndexOf(',');
        ReadOnlySpan<char> left = inputs[..comma], right = inputs[(comma + 1)..];
        CheckLetters(left);
        CheckLetters(right);
        CheckLetters(output);

        Span<int> size = stackalloc int[26];
        Span<int> stepA = stackalloc int[26];
        Span<int> stepB = stackalloc int[26];
        Span<int> stepC = stackalloc int[26];
        size.Clear();
        stepA.Clear();
        stepB.Clear();
        stepC.Clear();
        Measure(left, a, size, stepA);
        Measure(right, b, size, stepB);

        int length = 1;
        nint[] shape = new nint[output.Length];
        for (int i = output.Length - 1; i >= 0; i--)
        {
            int c = output[i] - 'a';
            if (size[c] == 0)
                throw new ArgumentException($"Invalid spec: '{output[i]}' is in no operand.", nameof(spec));
            if (stepC[c] != 0)
                throw new ArgumentException($"Invalid spec: '{output[i]}' is repeated in the output.", nameof(spec));
            stepC[c] = length;
            shape[i] = size[c];
            length *= size[c];
        }

        double[] x = ToArray(a), y = ToArray(b), z = new double[length];
        Span<int> counter = stackalloc int[26];
        counter.Clear();
        int p = 0, q = 0, r = 0, letter;
        do
        {
            z[r] += x[p] * y[q];
            for (letter = 0; letter < 26; letter++)
            {
                if (size[letter] < 2)
                    continue;
                p += stepA[letter];
                q += stepB[letter];
                r += stepC[letter];
                if (++counter[letter] < size[letter])
                    break;
                p -= stepA[letter] * size[letter];
                q -= stepB[letter] * size[letter];
                r -= stepC[letter] * size[letter];
                counter[letter] = 0;
            }
        }
        while (letter < 26);

        return shape.Length == 0 ? Tensor.Create(z, [1]) : Tensor.Create(z, shape);
    }

    private static void CheckLetters(ReadOnlySpan<char> letters)
    {
        int bad = letters.IndexOfAnyExceptInRange('a', 'z');
        if (bad >= 0)
            throw new ArgumentException($"Invalid spec: '{letters[bad]}' is no letter from a to z.");
    }

    private static void Measure(ReadOnlySpan<char> letters, Tensor<double> tensor, Span<int> size, Span<int> step)
    {
        if (letters.Length != tensor.Rank)
            throw new ArgumentException($"Invalid operand: {letters} for {tensor.Rank} axes.");
        int stride = 1;
        for (int i = letters.Length - 1; i >= 0; i--)
        {
            int c = letters[i] - 'a', n = (int)tensor.Lengths[i];
            if (size[c] != 0 && size[c] != n)
                throw new ArgumentException($"Invalid operand: '{letters[i]}' would be {size[c]} and {n}.");
            size[c] = n;
            step[c] += stride;
            stride *= n;
        }
    }

    private static T[] ToArray<T>(Tensor<T> tensor)
    {
        T[] result = new T[(int)tensor.FlattenedLength];
        tensor.FlattenTo(result);
        return result;
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
            throw new ArgumentException("Invalid scores: not four axes.", nameof(scores));
        int batches = (int)scores.Lengths[0], heads = (int)scores.Lengths[1];
        int n = (int)scores.Lengths[2], m = (int)scores.Lengths[3];
        if (!mask.Lengths.SequenceEqual(new nint[] { batches, n, m }))
            throw new ArgumentException("Invalid mask: not the shape of the scores without heads.", nameof(mask));

        double[] weights = ToArray(scores);
        Span<double> rest = weights;
        for (ReadOnlySpan<bool> open = ToArray(mask); open.Length > 0; open = open[(n * m)..])
        {
            for (int head = 0; head < heads; head++)
            {
                for (int i = 0; i < n; i++)
                {
                    Softmax(rest[..m], open.Slice(i * m, m));
                    rest = rest[m..];
                }
            }
        }

        return Tensor.Create(weights, scores.Lengths);
    }

    private static void Softmax(Span<double> row, ReadOnlySpan<bool> open)
    {
        double max = double.NegativeInfinity, sum = 0;
        for (int j = 0; j < row.Length; j++)
        {
            if (open[j])
                max = Math.Max(max, row[j]);
        }

        for (int j = 0; j < row.Length; j++)
        {
            row[j] = open[j] ? Math.Exp(row[j] - max) : 0;
            sum += row[j];
        }

        for (int j = 0; j < row.Length && sum > 0; j++)
            row[j] /= sum;
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
        Tensor<double> weights = MaskedSoftmax(scores * (1 / Math.Sqrt((double)queries.Lengths[3])), mask);
        return Einsum("bhnm,bhmf->bhnf", weights, values);
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
        Tensor<double> heads = Attention(q, k, v, mask);
        return Einsum("bhnf,kfg->bng", heads, outputWeights);
    }
}
