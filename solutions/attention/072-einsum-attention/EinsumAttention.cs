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
        var (left, right, output) = Parse(spec);
        var sizes = Sizes(spec, left, a, right, b);
        var summed = string.Concat((left + right).Distinct().Except(output));

        var (aValues, aStrides) = (Values(a), Strides(left, sizes));
        var (bValues, bStrides) = (Values(b), Strides(right, sizes));
        var (aFree, aSummed) = (Offsets(output, sizes, aStrides), Offsets(summed, sizes, aStrides));
        var (bFree, bSummed) = (Offsets(output, sizes, bStrides), Offsets(summed, sizes, bStrides));

        var result = new double[aFree.Length];
        for (var free = 0; free < aFree.Length; free++)
        {
            for (var term = 0; term < aSummed.Length; term++)
            {
                result[free] += aValues[aFree[free] + aSummed[term]] * bValues[bFree[free] + bSummed[term]];
            }
        }

        // Tensor<T> has no rank 0.
        return Tensor.Create(result, output == "" ? [1] : [.. output.Select(letter => (nint)sizes[letter])]);
    }

    /// <summary>Task 2. Softmax over the keys, the last axis, counting only the keys that the mask allows.</summary>
    /// <param name="scores">
    /// One score for each batch, head, query and key, of any size: ±1000 must not overflow, and −1e12 is not taken for a masked one.
    /// </param>
    /// <param name="mask">True where the query may attend to the key; the same for all heads.</param>
    /// <returns>Weights of the scores' shape: 0 where the mask is false, each row with an allowed key sums to 1, a row without is 0.</returns>
    /// <exception cref="ArgumentException">The scores have not four axes, or the mask is not b × n × m.</exception>
    [return: Shape("b", "h", "n", "m")]
    public static Tensor<double> MaskedSoftmax(
        [Shape("b", "h", "n", "m")] Tensor<double> scores, [Shape("b", "n", "m")] Tensor<bool> mask)
    {
        if (scores.Rank != 4 || !mask.Lengths.SequenceEqual([scores.Lengths[0], scores.Lengths[2], scores.Lengths[3]]))
        {
            throw new ArgumentException(
                $"Scores {Shape(scores.Lengths)} need the axes b × h × n × m, and the mask {Shape(mask.Lengths)} the axes b × n × m.",
                nameof(mask));
        }

        var (heads, queries, keys) = ((int)scores.Lengths[1], (int)scores.Lengths[2], (int)scores.Lengths[3]);
        var weights = Values(scores);
        var allowed = Values(mask);
        for (var row = 0; row < weights.Length / keys; row++)
        {
            var maskRow = (row / (heads * queries) * queries) + (row % queries);
            SoftmaxInPlace(weights.AsSpan(row * keys, keys), allowed.AsSpan(maskRow * keys, keys));
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
        var scores = Einsum("bhne,bhme->bhnm", queries, keys) / Math.Sqrt(queries.Lengths[3]);
        var weights = MaskedSoftmax(scores, mask);
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
        return Einsum("bhnf,hfg->bng", Attention(queries, keys, values, mask), outputWeights);
    }

    private static (string Left, string Right, string Output) Parse(string spec)
    {
        var sides = spec.Split("->");
        if (sides.Length != 2)
        {
            throw Malformed(spec, "expected exactly one '->', as in \"ij,jk->ik\"");
        }

        var operands = sides[0].Split(',');
        if (operands.Length != 2)
        {
            throw Malformed(spec, $"expected two operands separated by one comma, found {operands.Length}");
        }

        var (left, right, output) = (operands[0], operands[1], sides[1]);
        foreach (var character in left + right + output)
        {
            if (!char.IsAsciiLetterLower(character))
            {
                throw Malformed(spec, $"'{character}' is not a letter from a to z");
            }
        }

        foreach (var letter in output)
        {
            if (!(left + right).Contains(letter))
            {
                throw Malformed(spec, $"the output's '{letter}' is an axis of neither operand");
            }

            if (output.Count(other => other == letter) > 1)
            {
                throw Malformed(spec, $"the output has '{letter}' more than once");
            }
        }

        return (left, right, output);
    }

    private static Dictionary<char, int> Sizes(string spec, string left, Tensor<double> a, string right, Tensor<double> b)
    {
        var sizes = new Dictionary<char, int>();
        foreach (var (letters, lengths) in new[] { (left, a.Lengths.ToArray()), (right, b.Lengths.ToArray()) })
        {
            if (letters.Length != lengths.Length)
            {
                throw Malformed(spec, $"\"{letters}\" has {letters.Length} letters, its tensor {lengths.Length} axes");
            }

            foreach (var (letter, length) in letters.Zip(lengths))
            {
                if (!sizes.TryAdd(letter, (int)length) && sizes[letter] != length)
                {
                    throw Malformed(spec, $"'{letter}' has the size {sizes[letter]} in one place and {length} in another");
                }
            }
        }

        return sizes;
    }

    private static ArgumentException Malformed(string spec, string problem) => new($"einsum \"{spec}\": {problem}.", nameof(spec));

    /// <summary>How far one step along each letter moves in the operand's values; along a diagonal, on both axes at once.</summary>
    private static Dictionary<char, int> Strides(string letters, Dictionary<char, int> sizes)
    {
        var strides = sizes.Keys.ToDictionary(letter => letter, _ => 0);
        var stride = 1;
        foreach (var letter in letters.Reverse())
        {
            strides[letter] += stride;
            stride *= sizes[letter];
        }

        return strides;
    }

    /// <summary>Where an operand's entries lie for every combination of the letters' indices, the last letter fastest.</summary>
    private static int[] Offsets(string letters, Dictionary<char, int> sizes, Dictionary<char, int> strides) =>
        letters.Aggregate(new[] { 0 }, (offsets, letter) =>
            [.. from offset in offsets
                from index in Enumerable.Range(0, sizes[letter])
                select offset + (index * strides[letter])]);

    private static void SoftmaxInPlace(Span<double> scores, ReadOnlySpan<bool> allowed)
    {
        // Over the allowed keys only: a masked score far above the others would make all their exponentials 0.
        var maximum = double.NegativeInfinity;
        for (var key = 0; key < scores.Length; key++)
        {
            maximum = allowed[key] ? Math.Max(maximum, scores[key]) : maximum;
        }

        double total = 0;
        for (var key = 0; key < scores.Length; key++)
        {
            scores[key] = allowed[key] ? Math.Exp(scores[key] - maximum) : 0;
            total += scores[key];
        }

        for (var key = 0; key < scores.Length; key++)
        {
            scores[key] = total == 0 ? 0 : scores[key] / total;
        }
    }

    private static T[] Values<T>(Tensor<T> tensor)
    {
        var values = new T[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }

    private static string Shape(ReadOnlySpan<nint> lengths) => $"[{string.Join(" × ", lengths.ToArray())}]";
}
