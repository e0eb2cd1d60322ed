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
        var sizes = new Dictionary<char, int>();
        AddSizes(sizes, left, a);
        AddSizes(sizes, right, b);

        var valuesA = new double[(int)a.FlattenedLength];
        var valuesB = new double[(int)b.FlattenedLength];
        a.FlattenTo(valuesA);
        b.FlattenTo(valuesB);

        // The output's letters first, then the summed ones.
        var letters = (output + left + right).Distinct().ToArray();
        var lengths = letters.Select(c => sizes[c]).ToArray();
        var stepsA = Steps(left, letters, sizes);
        var stepsB = Steps(right, letters, sizes);
        var stepsC = Steps(output, letters, sizes);
        var result = new double[output.Aggregate(1, (product, c) => product * sizes[c])];
        Walk(0, 0, 0, 0);

        nint[] shape = output.Length == 0 ? [1] : output.Select(c => (nint)sizes[c]).ToArray();
        return Tensor.Create(result, shape);

        void Walk(int depth, int atA, int atB, int atC)
        {
            if (depth == letters.Length)
            {
                result[atC] += valuesA[atA] * valuesB[atB];
                return;
            }

            for (var i = 0; i < lengths[depth]; i++)
            {
                Walk(depth + 1, atA + i * stepsA[depth], atB + i * stepsB[depth], atC + i * stepsC[depth]);
            }
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
            throw new ArgumentException($"Scores have {scores.Rank} axes instead of 4.", nameof(scores));
        }

        var shape = scores.Lengths.ToArray();
        if (mask.Rank != 3 || mask.Lengths[0] != shape[0] || mask.Lengths[1] != shape[2] || mask.Lengths[2] != shape[3])
        {
            throw new ArgumentException(
                $"The mask has shape {string.Join(" x ", mask.Lengths.ToArray())} instead of {shape[0]} x {shape[2]} x {shape[3]}.",
                nameof(mask));
        }

        var (heads, n, m) = ((int)shape[1], (int)shape[2], (int)shape[3]);
        var values = new double[(int)scores.FlattenedLength];
        var allowed = new bool[(int)mask.FlattenedLength];
        scores.FlattenTo(values);
        mask.FlattenTo(allowed);

        var weights = new double[values.Length];
        for (var row = 0; row < values.Length / m; row++)
        {
            var at = row * m;
            var maskAt = (row / (heads * n) * n + row % n) * m;

            var max = double.NegativeInfinity;
            for (var j = 0; j < m; j++)
            {
                if (allowed[maskAt + j])
                {
                    max = Math.Max(max, values[at + j]);
                }
            }

            var sum = 0.0;
            for (var j = 0; j < m; j++)
            {
                if (allowed[maskAt + j])
                {
                    weights[at + j] = Math.Exp(values[at + j] - max);
                    sum += weights[at + j];
                }
            }

            for (var j = 0; j < m; j++)
            {
                if (allowed[maskAt + j])
                {
                    weights[at + j] /= sum;
                }
            }
        }

        return Tensor.Create(weights, shape);
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
        var scores = Einsum("bhne,bhme->bhnm", queries, keys) / Math.Sqrt((double)queries.Lengths[3]);
        return Einsum("bhnm,bhmf->bhnf", MaskedSoftmax(scores, mask), values);
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
            throw new ArgumentException($"The spec needs exactly one ->, but has {sides.Length - 1}: {spec}", nameof(spec));
        }

        var operands = sides[0].Split(',');
        if (operands.Length != 2)
        {
            throw new ArgumentException($"The spec needs two operands, but has {operands.Length}: {spec}", nameof(spec));
        }

        var (left, right, output) = (operands[0], operands[1], sides[1]);
        foreach (var c in left + right + output)
        {
            if (c is < 'a' or > 'z')
            {
                throw new ArgumentException($"'{c}' is no letter a to z: {spec}", nameof(spec));
            }
        }

        var seen = new HashSet<char>();
        foreach (var c in output)
        {
            if (!left.Contains(c) && !right.Contains(c))
            {
                throw new ArgumentException($"The output letter '{c}' is in no operand: {spec}", nameof(spec));
            }

            if (!seen.Add(c))
            {
                throw new ArgumentException($"The output letter '{c}' is there twice: {spec}", nameof(spec));
            }
        }

        return (left, right, output);
    }

    private static void AddSizes(Dictionary<char, int> sizes, string letters, Tensor<double> tensor)
    {
        if (letters.Length != tensor.Rank)
        {
            throw new ArgumentException($"The operand {letters} has {letters.Length} letters, but its tensor has {tensor.Rank} axes.");
        }

        for (var axis = 0; axis < letters.Length; axis++)
        {
            var size = (int)tensor.Lengths[axis];
            if (!sizes.TryAdd(letters[axis], size) && sizes[letters[axis]] != size)
            {
                throw new ArgumentException($"The letter '{letters[axis]}' has two sizes, {sizes[letters[axis]]} and {size}.");
            }
        }
    }

    // How far each letter moves in the flat array of an operand: a letter twice moves along the diagonal, a missing one not at all.
    private static int[] Steps(string operand, char[] letters, Dictionary<char, int> sizes)
    {
        var steps = new int[letters.Length];
        var step = 1;
        for (var axis = operand.Length - 1; axis >= 0; axis--)
        {
            steps[Array.IndexOf(letters, operand[axis])] += step;
            step *= sizes[operand[axis]];
        }

        return steps;
    }
}
