namespace Kata072;

/// <summary>
/// Attention written with einsum: every linear step is one spec that names its axes, and the softmax over the keys is the
/// one step that einsum cannot write. Sources: Vaswani et al. 2017 (arXiv:1706.03762), Shazeer 2019 (arXiv:1911.02150).
/// </summary>
public static class EinsumAttention
{
    private sealed record Spec(string Left, string Right, string Output)
    {
        public static Spec Parse(string text)
        {
            ArgumentNullException.ThrowIfNull(text);
            if (text.Split("->") is not [var inputs, var output])
                throw Problem($"exactly one -> is needed in \"{text}\"");
            string[] operands = inputs.Split(',');
            if (operands is not [var left, var right])
                throw Problem($"two operands are needed, found {operands.Length}");
            foreach (char sign in left + right + output)
            {
                if (!char.IsAsciiLetterLower(sign))
                    throw Problem($"'{sign}' is no letter a to z");
            }

            return new Spec(left, right, output);
        }

        public void CheckOutput(Dictionary<char, int> sizes)
        {
            var seen = new HashSet<char>();
            foreach (char letter in Output)
            {
                if (!sizes.ContainsKey(letter))
                    throw Problem($"the output letter '{letter}' is in neither operand");
                if (!seen.Add(letter))
                    throw Problem($"the output letter '{letter}' is repeated");
            }
        }
    }

    private sealed class Operand
    {
        private readonly string letters;
        private readonly int[] lengths;
        private readonly double[] entries;

        public Operand(string letters, Tensor<double> tensor)
        {
            if (letters.Length != tensor.Rank)
                throw Problem($"\"{letters}\" names {letters.Length} axes, but the tensor has {tensor.Rank}");
            this.letters = letters;
            lengths = new int[tensor.Rank];
            for (int axis = 0; axis < lengths.Length; axis++)
                lengths[axis] = (int)tensor.Lengths[axis];
            entries = new double[(int)tensor.FlattenedLength];
            tensor.FlattenTo(entries);
        }

        public double this[int place] => entries[place];

        public void Report(Dictionary<char, int> sizes)
        {
            for (int axis = 0; axis < lengths.Length; axis++)
            {
                if (!sizes.TryAdd(letters[axis], lengths[axis]) && sizes[letters[axis]] != lengths[axis])
                    throw Problem($"the sizes of '{letters[axis]}' differ: {sizes[letters[axis]]} and {lengths[axis]}");
            }
        }

        /// <summary>How far one step of a letter moves in the flat entries: 0 without the letter, the sum when it is there twice.</summary>
        public int Step(char letter)
        {
            int total = 0, step = 1;
            for (int axis = lengths.Length - 1; axis >= 0; axis--)
            {
                if (letters[axis] == letter)
                    total += step;
                step *= lengths[axis];
            }

            return total;
        }
    }

    private readonly record struct Wheel(int Length, int LeftStep, int RightStep);

    private static ArgumentException Problem(string text) => new("Einsum: " + text + ".");

    private static void Turn(List<Wheel> wheels, int level, int left, int right, Action<int, int> visit)
    {
        if (level == wheels.Count)
        {
            visit(left, right);
            return;
        }

        Wheel wheel = wheels[level];
        for (int i = 0; i < wheel.Length; i++)
            Turn(wheels, level + 1, left + i * wheel.LeftStep, right + i * wheel.RightStep, visit);
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
        Spec parts = Spec.Parse(spec);
        var left = new Operand(parts.Left, a);
        var right = new Operand(parts.Right, b);
        var sizes = new Dictionary<char, int>();
        left.Report(sizes);
        right.Report(sizes);
        parts.CheckOutput(sizes);

        Wheel WheelOf(char letter) => new(sizes[letter], left.Step(letter), right.Step(letter));
        var kept = new List<Wheel>();
        var lengths = new List<nint>();
        foreach (char letter in parts.Output)
        {
            kept.Add(WheelOf(letter));
            lengths.Add(sizes[letter]);
        }

        if (lengths.Count == 0)
            lengths.Add(1);

        var summed = new List<Wheel>();
        foreach (char letter in sizes.Keys)
        {
            if (!parts.Output.Contains(letter))
                summed.Add(WheelOf(letter));
        }

        var entries = new List<double>();
        Turn(kept, 0, 0, 0, (i, j) =>
        {
            double total = 0.0;
            Turn(summed, 0, i, j, (k, l) => total += left[k] * right[l]);
            entries.Add(total);
        });
        return Tensor.Create(entries.ToArray(), lengths.ToArray());
    }

    /// <summary>Maximum and sum of exponentials in one pass: whenever a larger score comes, the old sum is scaled down.</summary>
    private sealed class RunningSoftmax
    {
        private double top = double.NegativeInfinity;
        private double total;

        public void Add(double score)
        {
            if (score > top)
            {
                total = total * Math.Exp(top - score) + 1.0;
                top = score;
            }
            else
            {
                total += Math.Exp(score - top);
            }
        }

        public double Weight(double score) => Math.Exp(score - top) / total;
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
            throw new ArgumentException($"Scores need four axes, not {scores.Rank}.", nameof(scores));
        nint batches = scores.Lengths[0], heads = scores.Lengths[1], queries = scores.Lengths[2], keys = scores.Lengths[3];
        if (mask.Rank != 3)
            throw new ArgumentException($"The mask needs three axes, not {mask.Rank}.", nameof(mask));
        if (mask.Lengths[0] != batches || mask.Lengths[1] != queries || mask.Lengths[2] != keys)
            throw new ArgumentException($"The mask must be {batches} × {queries} × {keys}.", nameof(mask));

        Tensor<double> weights = Tensor.Create(new double[(int)scores.FlattenedLength], scores.Lengths);
        for (nint batch = 0; batch < batches; batch++)
        {
            for (nint query = 0; query < queries; query++)
            {
                for (nint head = 0; head < heads; head++)
                {
                    var softmax = new RunningSoftmax();
                    for (nint key = 0; key < keys; key++)
                    {
                        if (mask[batch, query, key])
                            softmax.Add(scores[batch, head, query, key]);
                    }

                    for (nint key = 0; key < keys; key++)
                    {
                        if (mask[batch, query, key])
                            weights[batch, head, query, key] = softmax.Weight(scores[batch, head, query, key]);
                    }
                }
            }
        }

        return weights;
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
        Tensor<double> products = Einsum("bhme,bhne->bhnm", keys, queries);
        Tensor<double> scores = products / Math.Sqrt((double)keys.Lengths[3]);
        Tensor<double> weights = MaskedSoftmax(scores, mask);
        return Einsum("bhmf,bhnm->bhnf", values, weights);
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
        Tensor<double> queries = Einsum("hde,bnd->bhne", queryWeights, targets);
        Tensor<double> keys = Einsum("hce,bmc->bhme", keyWeights, sources);
        Tensor<double> values = Einsum("hcf,bmc->bhmf", valueWeights, sources);
        Tensor<double> results = Attention(queries, keys, values, mask);
        return Einsum("hfg,bhnf->bng", outputWeights, results);
    }
}
