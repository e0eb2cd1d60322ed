// output-in-alphabetical-order: the axes of the result come in alphabetical order of their letters, not in the order in which the output writes them (ij,jk->ki gives i × k).
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
        if (spec.Split("->") is not [string inputs, string target])
            throw new ArgumentException($"Expected one -> in \"{spec}\".", nameof(spec));
        string[] operands = inputs.Split(',');
        if (operands.Length != 2)
            throw new ArgumentException($"Expected two operands, got {operands.Length}.", nameof(spec));
        string first = operands[0], second = operands[1];
        foreach (char sign in first + second + target)
        {
            if (!char.IsAsciiLetterLower(sign))
                throw new ArgumentException($"Unexpected character '{sign}'.", nameof(spec));
        }

        var sizes = new SortedDictionary<char, nint>();
        Register(first, a, sizes);
        Register(second, b, sizes);
        foreach (char letter in target)
        {
            if (!sizes.ContainsKey(letter))
                throw new ArgumentException($"Unknown output letter '{letter}'.", nameof(spec));
            if (target.Count(other => other == letter) > 1)
                throw new ArgumentException($"Output letter '{letter}' is used twice.", nameof(spec));
        }

        char[] free = sizes.Keys.Where(letter => target.Contains(letter)).ToArray();
        char[] bound = sizes.Keys.Where(letter => !target.Contains(letter)).ToArray();
        double[] values =
            (from outer in Combinations(free, sizes)
             select (from inner in Combinations(bound, sizes)
                     select a[At(first, outer, inner)] * b[At(second, outer, inner)]).Sum()).ToArray();

        nint[] lengths = free.Select(letter => sizes[letter]).ToArray();
        return Tensor.Create(values, lengths.Length > 0 ? lengths : new nint[] { 1 });
    }

    private static void Register(string letters, Tensor<double> tensor, SortedDictionary<char, nint> sizes)
    {
        if (letters.Length != tensor.Rank)
            throw new ArgumentException($"Operand {letters} does not match a tensor with {tensor.Rank} axes.");
        for (int axis = 0; axis < letters.Length; axis++)
        {
            nint size = tensor.Lengths[axis];
            if (sizes.TryGetValue(letters[axis], out nint known) && known != size)
                throw new ArgumentException($"Letter '{letters[axis]}' has sizes {known} and {size}.");
            sizes[letters[axis]] = size;
        }
    }

    private static IEnumerable<Dictionary<char, nint>> Combinations(char[] letters, SortedDictionary<char, nint> sizes)
    {
        if (letters.Length == 0)
        {
            yield return new Dictionary<char, nint>();
            yield break;
        }

        char last = letters[^1];
        foreach (Dictionary<char, nint> start in Combinations(letters[..^1], sizes))
        {
            for (nint i = 0; i < sizes[last]; i++)
                yield return new Dictionary<char, nint>(start) { [last] = i };
        }
    }

    private static nint[] At(string letters, Dictionary<char, nint> outer, Dictionary<char, nint> inner) =>
        letters.Select(letter => outer.TryGetValue(letter, out nint i) ? i : inner[letter]).ToArray();

    /// <summary>Task 2. Softmax over the keys, the last axis, counting only the keys that the mask allows.</summary>
    /// <param name="scores">One score for each batch, head, query and key, of any size: ±1000 must not overflow.</param>
    /// <param name="mask">True where the query may attend to the key; the same for all heads.</param>
    /// <returns>Weights of the scores' shape: 0 where the mask is false, each row with an allowed key sums to 1, a row without is 0.</returns>
    /// <exception cref="ArgumentException">The scores have not four axes, or the mask is not b × n × m.</exception>
    [return: Shape("b", "h", "n", "m")]
    public static Tensor<double> MaskedSoftmax(
        [Shape("b", "h", "n", "m")] Tensor<double> scores, [Shape("b", "n", "m")] Tensor<bool> mask)
    {
        if (scores.Rank != 4 || mask.Rank != 3)
            throw new ArgumentException("Scores need 4 axes and the mask 3.");
        nint[] shape = scores.Lengths.ToArray();
        if (mask.Lengths[0] != shape[0] || mask.Lengths[1] != shape[2] || mask.Lengths[2] != shape[3])
            throw new ArgumentException("The mask does not fit the scores.");

        Tensor<double> result = Tensor.Create(new double[(int)scores.FlattenedLength], shape);
        for (nint b = 0; b < shape[0]; b++)
        for (nint h = 0; h < shape[1]; h++)
        for (nint n = 0; n < shape[2]; n++)
        {
            var allowed = new List<nint>();
            for (nint m = 0; m < shape[3]; m++)
            {
                if (mask[b, n, m])
                    allowed.Add(m);
            }

            if (allowed.Count == 0)
                continue;
            double max = allowed.Max(m => scores[b, h, n, m]);
            double sum = allowed.Sum(m => Math.Exp(scores[b, h, n, m] - max));
            foreach (nint m in allowed)
                result[b, h, n, m] = Math.Exp(scores[b, h, n, m] - max) / sum;
        }

        return result;
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
        var scores = Einsum("bhne,bhme->bhnm", queries, keys);
        var weights = MaskedSoftmax(scores / Math.Sqrt((double)queries.Lengths[3]), mask);
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
        var queries = Einsum("bnd,hde->bhne", targets, queryWeights);
        var keys = Einsum("bmc,hce->bhme", sources, keyWeights);
        var values = Einsum("bmc,hcf->bhmf", sources, valueWeights);
        var attended = Attention(queries, keys, values, mask);
        return Einsum("bhnf,hfg->bng", attended, outputWeights);
    }
}
