using System.Collections.Immutable;

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
        var (left, right, output) = Split(spec);
        var sizes = Axes(left, a).Concat(Axes(right, b)).Aggregate(
            ImmutableSortedDictionary<char, nint>.Empty,
            (known, axis) => known.TryGetValue(axis.Letter, out var size) && size != axis.Size
                ? throw Bad($"the letter '{axis.Letter}' cannot be {size} and {axis.Size} long")
                : known.SetItem(axis.Letter, axis.Size));
        CheckOutput(output, sizes);
        var summed = string.Concat(sizes.Keys.Where(letter => !output.Contains(letter)));

        IEnumerable<double> Entries(string letters, Func<char, nint> at) => letters is [var x, .. var rest]
            ? Steps(sizes[x]).SelectMany(i => Entries(rest, c => c == x ? i : at(c)))
            : new[] { Total(summed, at) };

        double Total(string letters, Func<char, nint> at) => letters is [var x, .. var rest]
            ? Steps(sizes[x]).Sum(i => Total(rest, c => c == x ? i : at(c)))
            : a[Index(left, at)] * b[Index(right, at)];

        var entries = Entries(output, _ => 0).ToArray();
        nint[] shape = output is "" ? [1] : output.Select(letter => sizes[letter]).ToArray();
        return Tensor.Create(entries, shape);
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
        if ((scores.Lengths.ToArray(), mask.Lengths.ToArray()) is not ([var b, var h, var n, var m], [var maskB, var maskN, var maskM])
            || (maskB, maskN, maskM) != (b, n, m))
        {
            throw new ArgumentException("Scores b × h × n × m and a mask b × n × m are needed.");
        }

        var weights =
            from i in Steps(b)
            from j in Steps(h)
            from k in Steps(n)
            from weight in Weigh(Steps(m).Select(l => mask[i, k, l] ? scores[i, j, k, l] : (double?)null).ToList())
            select weight;
        return Tensor.Create(weights.ToArray(), scores.Lengths);
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
        var root = Tensor.Create(new[] { Math.Pow(queries.Lengths[^1], -0.5) }, [1]);
        var scaled = Einsum("bhne,s->bhne", queries, root);
        var weights = MaskedSoftmax(Einsum("bhne,bhme->bhnm", scaled, keys), mask);
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
        var (queries, keys, values) = (
            Einsum("bnd,hde->bhne", targets, queryWeights),
            Einsum("bmc,hce->bhme", sources, keyWeights),
            Einsum("bmc,hcf->bhmf", sources, valueWeights));
        return Einsum("bhnf,hfg->bng", Attention(queries, keys, values, mask), outputWeights);
    }

    private static ArgumentException Bad(string why) => new($"Bad einsum: {why}.");

    private static (string Left, string Right, string Output) Split(string spec) => spec.Split("->") switch
    {
        [var inputs, var output] => inputs.Split(',') switch
        {
            [var left, var right] => (Letters(left), Letters(right), Letters(output)),
            var others => throw Bad($"{others.Length} operands where there must be two"),
        },
        var sides => throw Bad($"{sides.Length - 1} times -> where there must be one"),
    };

    private static string Letters(string text) => text switch
    {
        "" => "",
        [>= 'a' and <= 'z', ..] => text[0] + Letters(text[1..]),
        _ => throw Bad($"'{text[0]}' is no letter a to z"),
    };

    private static IEnumerable<(char Letter, nint Size)> Axes(string letters, Tensor<double> tensor) =>
        (letters.Length - tensor.Rank) switch
        {
            0 => letters.Zip(tensor.Lengths.ToArray(), (letter, size) => (Letter: letter, Size: size)),
            > 0 => throw Bad($"too many letters in \"{letters}\" for {tensor.Rank} axes"),
            _ => throw Bad($"too few letters in \"{letters}\" for {tensor.Rank} axes"),
        };

    private static void CheckOutput(string output, ImmutableSortedDictionary<char, nint> sizes)
    {
        if (output is not [var first, .. var rest])
            return;
        if (rest.Contains(first))
            throw Bad($"the output names '{first}' more than once");
        if (!sizes.ContainsKey(first))
            throw Bad($"the output names '{first}', which no operand has");
        CheckOutput(rest, sizes);
    }

    private static nint[] Index(string letters, Func<char, nint> at) => letters.Select(at).ToArray();

    private static IEnumerable<nint> Steps(nint count) => Enumerable.Range(0, (int)count).Select(i => (nint)i);

    // null stands for a key that is not allowed
    private static IEnumerable<double> Weigh(List<double?> row) =>
        row.Max() is { } top ? Weigh(row, top) : row.Select(_ => 0.0);

    private static IEnumerable<double> Weigh(List<double?> row, double top)
    {
        var logTotal = Math.Log(row.Sum(score => score is { } x ? Math.Exp(x - top) : 0.0));
        return row.Select(score => score is { } x ? Math.Exp(x - top - logTotal) : 0.0);
    }
}
