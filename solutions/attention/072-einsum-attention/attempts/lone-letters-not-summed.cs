// lone-letters-not-summed: only letters of both operands are summed; a letter that one operand alone has and the output lacks stays at index 0 (ij,k->j gives a_0j b_0).
namespace Kata072;

/// <summary>
/// Attention written with einsum: every linear step is one spec that names its axes, and the softmax over the keys is the
/// one step that einsum cannot write. Sources: Vaswani et al. 2017 (arXiv:1706.03762), Shazeer 2019 (arXiv:1911.02150).
/// </summary>
public static class EinsumAttention
{
    // An einsum is a matrix product for every combination of the letters that all three have.
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
        var (la, lb, lc) = Read(spec);
        var size = Sizes(la, a, Sizes(lb, b, new Dictionary<char, int>()));
        for (var i = 0; i < lc.Length; i++)
        {
            if (!size.ContainsKey(lc[i]) || lc.IndexOf(lc[i]) != i)
                throw new ArgumentException($"output letter '{lc[i]}' must be in an operand, and once in the output");
        }

        var batch = Pick(lc, letter => la.Contains(letter) && lb.Contains(letter));
        var rows = Pick(lc, letter => !lb.Contains(letter));
        var columns = Pick(lc, letter => !la.Contains(letter));
        var inner = Pick(string.Concat(la.Distinct()), letter => lb.Contains(letter) && !lc.Contains(letter));

        var (da, db) = (Flat(a), Flat(b));
        var (batchA, batchB) = (Offsets(la, batch, size), Offsets(lb, batch, size));
        var (rowsA, innerA) = (Offsets(la, rows, size), Offsets(la, inner, size));
        var (innerB, columnsB) = (Offsets(lb, inner, size), Offsets(lb, columns, size));
        var (batchC, rowsC, columnsC) = (Offsets(lc, batch, size), Offsets(lc, rows, size), Offsets(lc, columns, size));

        var result = new double[batchC.Length * rowsC.Length * columnsC.Length];
        for (var g = 0; g < batchC.Length; g++)
        {
            var group = g;
            var left = Matrix<double>.Build.Dense(rowsA.Length, innerA.Length, (i, k) => da[batchA[group] + rowsA[i] + innerA[k]]);
            var right = Matrix<double>.Build.Dense(innerB.Length, columnsB.Length, (k, j) => db[batchB[group] + innerB[k] + columnsB[j]]);
            var product = left * right;
            for (var i = 0; i < rowsC.Length; i++)
            {
                for (var j = 0; j < columnsC.Length; j++)
                    result[batchC[g] + rowsC[i] + columnsC[j]] = product[i, j];
            }
        }

        nint[] lengths = lc.Length == 0 ? [1] : [.. lc.Select(letter => (nint)size[letter])];
        return Tensor.Create(result, lengths);
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
        if (scores.Lengths is not [var batches, var heads, var queries, var keys])
            throw new ArgumentException("scores need four axes", nameof(scores));
        if (mask.Lengths is not [var x, var y, var z] || x != batches || y != queries || z != keys)
            throw new ArgumentException("the mask must be b × n × m", nameof(mask));

        var flat = Flat(scores);
        var allowed = Flat(mask);
        var m = (int)keys;
        var row = 0;
        for (var batch = 0; batch < batches; batch++)
        {
            for (var head = 0; head < heads; head++)
            {
                for (var query = 0; query < queries; query++, row++)
                {
                    var part = flat.AsSpan(row * m, m);
                    var open = allowed.AsSpan((batch * (int)queries + query) * m, m);
                    for (var key = 0; key < m; key++)
                    {
                        if (!open[key])
                            part[key] = double.NegativeInfinity;
                    }

                    if (!open.Contains(true))
                    {
                        part.Clear();
                        continue;
                    }

                    TensorPrimitives.Subtract<double>(part, TensorPrimitives.Max<double>(part), part);
                    TensorPrimitives.Exp<double>(part, part);
                    TensorPrimitives.Divide<double>(part, TensorPrimitives.Sum<double>(part), part);
                }
            }
        }

        return Tensor.Create(flat, scores.Lengths);
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
        var logits = Einsum("bhne,bhme->bhnm", queries, keys) / Math.Sqrt((double)queries.Lengths[^1]);
        return Einsum("bhnm,bhmf->bhnf", MaskedSoftmax(logits, mask), values);
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
        [Shape("b", "n", "m")] Tensor<bool> mask) =>
        throw new NotImplementedException("Task 4: three projections, attention, and one einsum that projects and adds up the heads.");

    private static (string A, string B, string C) Read(string spec)
    {
        var sides = spec.Split("->");
        if (sides.Length != 2)
            throw new ArgumentException("a spec needs -> exactly once");
        var operands = sides[0].Split(',');
        if (operands.Length != 2)
            throw new ArgumentException($"{operands.Length} operands instead of 2");
        foreach (var sign in operands[0] + operands[1] + sides[1])
        {
            if (sign is not (>= 'a' and <= 'z'))
                throw new ArgumentException($"'{sign}' is not allowed in a spec");
        }

        return (operands[0], operands[1], sides[1]);
    }

    private static Dictionary<char, int> Sizes(string letters, Tensor<double> tensor, Dictionary<char, int> size)
    {
        if (letters.Length != tensor.Rank)
            throw new ArgumentException($"{letters} has not as many letters as the tensor has axes: {tensor.Rank}");
        for (var axis = 0; axis < letters.Length; axis++)
        {
            var length = (int)tensor.Lengths[axis];
            if (!size.TryAdd(letters[axis], length) && size[letters[axis]] != length)
                throw new ArgumentException($"'{letters[axis]}' is both {length} and {size[letters[axis]]}");
        }

        return size;
    }

    private static string Pick(string letters, Func<char, bool> wanted) => string.Concat(letters.Where(wanted));

    private static T[] Flat<T>(Tensor<T> tensor)
    {
        var entries = new T[(int)tensor.FlattenedLength];
        tensor.FlattenTo(entries);
        return entries;
    }

    private static int[] Offsets(string letters, string walked, Dictionary<char, int> size)
    {
        var offsets = new List<int> { 0 };
        foreach (var letter in walked)
        {
            var stride = 0;
            for (int axis = letters.Length - 1, step = 1; axis >= 0; axis--)
            {
                stride += letters[axis] == letter ? step : 0;
                step *= size[letters[axis]];
            }

            offsets = offsets.SelectMany(start => Enumerable.Range(0, size[letter]).Select(i => start + i * stride)).ToList();
        }

        return offsets.ToArray();
    }
}
