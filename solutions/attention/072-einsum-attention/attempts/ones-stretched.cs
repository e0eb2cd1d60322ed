// axes-of-length-one-stretched: as in NumPy an axis of length 1 is stretched to the other size of its letter; only sizes that differ and are both above 1 are refused.
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
        var parts = spec.Split("->");
        if (parts.Length != 2)
        {
            throw new ArgumentException("Write exactly one -> in the spec.");
        }

        var operands = parts[0].Split(',');
        if (operands.Length != 2)
        {
            throw new ArgumentException($"Only two operands are supported, not {operands.Length}.");
        }

        var output = parts[1];
        foreach (var letter in string.Concat(operands) + output)
        {
            if (!char.IsBetween(letter, 'a', 'z'))
            {
                throw new ArgumentException($"Only a to z are letters of a spec, '{letter}' is not.");
            }
        }

        var sizes = new Dictionary<char, nint>();
        Learn(operands[0], a);
        Learn(operands[1], b);
        for (var k = 0; k < output.Length; k++)
        {
            if (!sizes.ContainsKey(output[k]) || output.IndexOf(output[k], k + 1) >= 0)
            {
                throw new ArgumentException($"Letter '{output[k]}' of the output is unknown or doubled.");
            }
        }

        var summed = sizes.Keys.Where(letter => !output.Contains(letter)).ToArray();
        var now = new Dictionary<char, nint>();
        var entries = new List<double>();
        Fill(0);
        return Tensor.Create(entries.ToArray(), output == "" ? new nint[] { 1 } : output.Select(letter => sizes[letter]).ToArray());

        void Learn(string letters, Tensor<double> tensor)
        {
            if (letters.Length != tensor.Rank)
            {
                throw new ArgumentException($"The letters {letters} are for {letters.Length} axes, the tensor has {tensor.Rank}.");
            }

            for (var axis = 0; axis < letters.Length; axis++)
            {
                var size = tensor.Lengths[axis];
                if (!sizes.TryGetValue(letters[axis], out var known) || known == 1)
                {
                    sizes[letters[axis]] = size;
                }
                else if (size != known && size != 1)
                {
                    throw new ArgumentException($"The sizes of '{letters[axis]}' do not fit: {known} and {size}.");
                }
            }
        }

        void Fill(int depth)
        {
            if (depth == output.Length)
            {
                entries.Add(Total(0));
                return;
            }

            for (nint i = 0; i < sizes[output[depth]]; i++)
            {
                now[output[depth]] = i;
                Fill(depth + 1);
            }
        }

        double Total(int depth)
        {
            if (depth == summed.Length)
            {
                return Read(operands[0], a) * Read(operands[1], b);
            }

            var total = 0.0;
            for (nint i = 0; i < sizes[summed[depth]]; i++)
            {
                now[summed[depth]] = i;
                total += Total(depth + 1);
            }

            return total;
        }

        double Read(string letters, Tensor<double> tensor)
        {
            var index = new nint[letters.Length];
            for (var axis = 0; axis < index.Length; axis++)
            {
                index[axis] = tensor.Lengths[axis] == 1 ? 0 : now[letters[axis]];
            }

            return tensor[index];
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
        if (scores.Rank != 4)
        {
            throw new ArgumentException("b × h × n × m scores expected.", nameof(scores));
        }

        var (b, h, n, m) = (scores.Lengths[0], scores.Lengths[1], scores.Lengths[2], scores.Lengths[3]);
        if (mask.Rank != 3 || (mask.Lengths[0], mask.Lengths[1], mask.Lengths[2]) != (b, n, m))
        {
            throw new ArgumentException("b × n × m mask expected.", nameof(mask));
        }

        var weights = new List<double>();
        for (nint i = 0; i < b; i++)
        {
            for (nint j = 0; j < h; j++)
            {
                for (nint k = 0; k < n; k++)
                {
                    AddRow(i, j, k);
                }
            }
        }

        return Tensor.Create(weights.ToArray(), scores.Lengths);

        void AddRow(nint i, nint j, nint k)
        {
            double? largest = null;
            for (nint l = 0; l < m; l++)
            {
                if (mask[i, k, l])
                {
                    largest = Math.Max(largest ?? double.NegativeInfinity, scores[i, j, k, l]);
                }
            }

            var row = new double[(int)m];
            if (largest is { } top)
            {
                for (nint l = 0; l < m; l++)
                {
                    row[l] = mask[i, k, l] ? Math.Exp(scores[i, j, k, l] - top) : 0.0;
                }

                var total = row.Sum();
                row = Array.ConvertAll(row, weight => weight / total);
            }

            weights.AddRange(row);
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
        var e = (double)queries.Lengths[^1];
        var weights = MaskedSoftmax(Einsum("bhie,bhje->bhij", queries, keys) / Math.Sqrt(e), mask);
        return Einsum("bhij,bhjf->bhif", weights, values);
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
        var q = Einsum("bid,hde->bhie", targets, queryWeights);
        var k = Einsum("bjc,hce->bhje", sources, keyWeights);
        var v = Einsum("bjc,hcf->bhjf", sources, valueWeights);
        return Einsum("bhif,hfg->big", Attention(q, k, v, mask), outputWeights);
    }
}
