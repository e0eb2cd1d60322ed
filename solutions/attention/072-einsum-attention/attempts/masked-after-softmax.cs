// mask-after-softmax: the softmax runs over all keys and the masked weights are set to 0 afterwards without normalising again, so rows with a masked key sum to less than 1.
namespace Kata072;

/// <summary>
/// Attention written with einsum: every linear step is one spec that names its axes, and the softmax over the keys is the
/// one step that einsum cannot write. Sources: Vaswani et al. 2017 (arXiv:1706.03762), Shazeer 2019 (arXiv:1911.02150).
/// </summary>
public static class EinsumAttention
{
    /// <summary>A tensor whose axes have names.</summary>
    private sealed class Labelled
    {
        private readonly string _names;
        private readonly Tensor<double> _tensor;

        public Labelled(string names, Tensor<double> tensor, IDictionary<char, int> sizes)
        {
            if (names.Length != tensor.Rank)
            {
                throw new ArgumentException($"'{names}' has {names.Length} names, but the tensor has rank {tensor.Rank}");
            }

            _names = names;
            _tensor = tensor;
            for (int axis = 0; axis < tensor.Rank; axis++)
            {
                int size = (int)tensor.Lengths[axis];
                if (sizes.TryGetValue(names[axis], out int other) && other != size)
                {
                    throw new ArgumentException($"Axis '{names[axis]}': {other} is not {size}");
                }

                sizes[names[axis]] = size;
            }
        }

        public double At(IDictionary<char, int> indices)
        {
            var index = new nint[_names.Length];
            for (int axis = 0; axis < index.Length; axis++)
            {
                index[axis] = indices[_names[axis]];
            }

            return _tensor[index];
        }
    }

    /// <summary>Counts the indices of some letters up, the last one fastest.</summary>
    private sealed class Counter
    {
        private readonly string _letters;
        private readonly IDictionary<char, int> _sizes;
        private readonly IDictionary<char, int> _state;

        public Counter(string letters, IDictionary<char, int> sizes, IDictionary<char, int> state)
        {
            _letters = letters;
            _sizes = sizes;
            _state = state;
            foreach (char letter in letters)
            {
                state[letter] = 0;
            }
        }

        public bool Advance()
        {
            for (int i = _letters.Length - 1; i >= 0; i--)
            {
                _state[_letters[i]]++;
                if (_state[_letters[i]] < _sizes[_letters[i]])
                {
                    return true;
                }

                _state[_letters[i]] = 0;
            }

            return false;
        }
    }

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
        string[] halves = spec.Split("->");
        if (halves.Length != 2)
        {
            throw new ArgumentException($"'{spec}' must have one -> exactly", nameof(spec));
        }

        string[] names = halves[0].Split(',');
        if (names.Length != 2)
        {
            throw new ArgumentException($"'{spec}' has {names.Length} operand(s)", nameof(spec));
        }

        foreach (string part in new[] { names[0], names[1], halves[1] })
        {
            foreach (char c in part)
            {
                if (c is < 'a' or > 'z')
                {
                    throw new ArgumentException($"Illegal character '{c}'", nameof(spec));
                }
            }
        }

        var sizes = new SortedDictionary<char, int>();
        var left = new Labelled(names[0], a, sizes);
        var right = new Labelled(names[1], b, sizes);

        string output = halves[1];
        var shape = new List<nint>();
        var used = new HashSet<char>();
        foreach (char c in output)
        {
            if (!sizes.TryGetValue(c, out int size))
            {
                throw new ArgumentException($"Output axis '{c}' does not exist", nameof(spec));
            }

            if (!used.Add(c))
            {
                throw new ArgumentException($"Output axis '{c}' exists already", nameof(spec));
            }

            shape.Add(size);
        }

        if (shape.Count == 0)
        {
            shape.Add(1);
        }

        var state = new Dictionary<char, int>();
        var outer = new Counter(output, sizes, state);
        var inner = new Counter(string.Concat(sizes.Keys.Except(output)), sizes, state);
        var entries = new List<double>();
        do
        {
            double sum = 0;
            do
            {
                sum += left.At(state) * right.At(state);
            }
            while (inner.Advance());
            entries.Add(sum);
        }
        while (outer.Advance());

        return Tensor.Create(entries.ToArray(), shape.ToArray());
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
        {
            throw new ArgumentException("Scores with four axes and a mask with three are needed");
        }

        nint batches = scores.Lengths[0];
        nint heads = scores.Lengths[1];
        nint targets = scores.Lengths[2];
        nint sources = scores.Lengths[3];
        if (mask.Lengths[0] != batches || mask.Lengths[1] != targets || mask.Lengths[2] != sources)
        {
            throw new ArgumentException("The axes of the mask must be those of the scores without the heads");
        }

        var weights = new List<double>();
        for (nint batch = 0; batch < batches; batch++)
        {
            for (nint head = 0; head < heads; head++)
            {
                for (nint target = 0; target < targets; target++)
                {
                    var row = new List<double>();
                    for (nint source = 0; source < sources; source++)
                    {
                        row.Add(scores[batch, head, target, source]);
                    }

                    double max = row.Max();
                    List<double> powers = row.ConvertAll(score => Math.Exp(score - max));
                    double sum = powers.Sum();
                    for (int source = 0; source < powers.Count; source++)
                    {
                        weights.Add(mask[batch, target, source] ? powers[source] / sum : 0.0);
                    }
                }
            }
        }

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
        Tensor<double> similarity = Einsum("bhte,bhse->bhts", queries, keys);
        double temperature = Math.Sqrt((double)queries.Lengths[3]);
        Tensor<double> weights = MaskedSoftmax(similarity / temperature, mask);
        return Einsum("bhts,bhsf->bhtf", weights, values);
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
        Tensor<double> queries = Einsum("btd,hde->bhte", targets, queryWeights);
        Tensor<double> keys = Einsum("bsc,hce->bhse", sources, keyWeights);
        Tensor<double> values = Einsum("bsc,hcf->bhsf", sources, valueWeights);
        return Einsum("bhtf,hfg->btg", Attention(queries, keys, values, mask), outputWeights);
    }
}
