// scaled-by-number-of-keys: the scale is the root of the last length of the scores, the number of keys m, instead of the dimension e of the queries.
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
        var (one, two, result) = spec.Split("->") switch
        {
            [var operands, var output] when operands.Split(',') is [var l, var r] => (l, r, output),
            [var operands, _] => throw Refuse($"It has {operands.Split(',').Length} operands and must have two."),
            _ => throw Refuse("It must have one arrow, ->."),
        };
        _ = (one + two + result).All(c => (c is >= 'a' and <= 'z') ? true : throw Refuse($"It has '{c}', which is no letter a to z."));

        var lengths = Named(one, a).Concat(Named(two, b)).ToLookup(axis => axis.Name, axis => axis.Length);
        _ = lengths.All(letter => letter.Distinct().Count() == 1
            ? true
            : throw Refuse($"It gives '{letter.Key}' the lengths {string.Join(" and ", letter.Distinct())}."));
        _ = result.All(c => (lengths.Contains(c), result.Count(other => other == c)) switch
        {
            (false, _) => throw Refuse($"It has '{c}' in the output only."),
            (_, > 1) => throw Refuse($"It has '{c}' twice in the output."),
            _ => true,
        });

        int Length(char letter) => lengths[letter].First();
        var axes =
            from letter in lengths.Select(letters => letters.Key)
            select (Count: Length(letter), A: Stride(letter, one, Length), B: Stride(letter, two, Length), C: Stride(letter, result, Length));
        var products = axes.Aggregate(
            new List<(int A, int B, int C)> { (0, 0, 0) },
            (places, axis) => (
                from place in places
                from i in Enumerable.Range(0, axis.Count)
                select (A: place.A + i * axis.A, B: place.B + i * axis.B, C: place.C + i * axis.C)).ToList());

        var (x, y) = (Values(a), Values(b));
        var z = new double[result.Aggregate(1, (product, letter) => product * Length(letter))];
        products.ForEach(at => z[at.C] += x[at.A] * y[at.B]);
        return Tensor.Create(z, result.Length > 0 ? result.Select(letter => (nint)Length(letter)).ToArray() : new nint[] { 1 });
    }

    private static ArgumentException Refuse(string reason) => new("This einsum is impossible. " + reason);

    private static IEnumerable<(char Name, int Length)> Named(string letters, Tensor<double> tensor) =>
        letters.Length != tensor.Rank
            ? throw Refuse($"It has the letters {letters} for {tensor.Rank} axes.")
            : letters.Select((letter, axis) => (Name: letter, Length: (int)tensor.Lengths[axis]));

    private static int Stride(char letter, string letters, Func<char, int> length) => letters switch
    {
        [var first, .. var rest] => (first == letter ? rest.Aggregate(1, (step, c) => step * length(c)) : 0) + Stride(letter, rest, length),
        _ => 0,
    };

    private static double[] Values(Tensor<double> tensor)
    {
        var values = new double[(int)tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
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
        if (scores.Rank != 4 || mask.Rank != 3)
            throw new ArgumentException("Ranks 4 and 3 are needed.");
        var (b, h, n, m) = ((int)scores.Lengths[0], (int)scores.Lengths[1], (int)scores.Lengths[2], (int)scores.Lengths[3]);
        if ((mask.Lengths[0], mask.Lengths[1], mask.Lengths[2]) != (b, n, m))
            throw new ArgumentException($"The mask must be {b} × {n} × {m}.");

        var rows = Values(scores).Chunk(m);
        var weights = rows.SelectMany((row, r) =>
        {
            var (batch, query) = (r / (h * n), r % n);
            var visible = row.Select((score, key) => (Score: score, Open: mask[batch, query, key])).ToArray();
            var top = visible.Aggregate(double.NegativeInfinity, (best, key) => key.Open && key.Score > best ? key.Score : best);
            var powers = visible.Select(key => key.Open ? Math.Exp(key.Score - top) : 0.0).ToArray();
            var sum = powers.Sum();
            return powers.Select(power => power > 0.0 ? power / sum : 0.0);
        });
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
        var scores = Einsum("bhne,bhme->bhnm", queries, keys);
        var scaled = scores / Math.Sqrt((double)scores.Lengths[^1]);
        return Einsum("bhnm,bhmf->bhnf", MaskedSoftmax(scaled, mask), values);
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
        => Einsum("bhnf,hfg->bng", Attention(
            Einsum("bnd,hde->bhne", targets, queryWeights),
            Einsum("bmc,hce->bhme", sources, keyWeights),
            Einsum("bmc,hcf->bhmf", sources, valueWeights), mask), outputWeights);
}
