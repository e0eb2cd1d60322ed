// scaled-by-dimension-of-targets: the attention of the heads is written out again and scaled by 1/√d, the dimension of the targets, instead of 1/√e, the dimension of the queries in one head.
using System.Text.RegularExpressions;

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
        if (Regex.Matches(spec, "->") is not { Count: 1 })
            throw new ArgumentException($"The spec '{spec}' should contain -> one time");
        string output = Regex.Replace(spec, "^.*->", "", RegexOptions.Singleline);
        string[] operands = Regex.Replace(spec, "->.*$", "", RegexOptions.Singleline).Split(',');
        if (operands is not [string first, string second])
            throw new ArgumentException($"The spec '{spec}' should contain 2 operands, not {operands.Length}");
        if (Regex.Match(first + second + output, "[^a-z]", RegexOptions.Singleline) is { Success: true, Value: string sign })
            throw new ArgumentException($"The spec should not contain '{sign}'");

        var sizes = new SortedDictionary<char, int>();
        var (flatA, stepsA) = Read(first, a, sizes);
        var (flatB, stepsB) = Read(second, b, sizes);
        for (int i = 0; i < output.Length; i++)
        {
            if (!sizes.ContainsKey(output[i]))
                throw new ArgumentException($"The letter '{output[i]}' should be in an operand");
            if (output.IndexOf(output[i]) != i)
                throw new ArgumentException($"The letter '{output[i]}' should not be in the output again");
        }

        string summed = string.Join("", sizes.Keys.Where(letter => !output.Contains(letter)));
        double[] result = new double[output.Aggregate(1, (product, letter) => product * sizes[letter])];
        int next = 0;
        Walk((0, 0), 0);
        nint[] lengths = output.Length == 0 ? [1] : [.. output.Select(letter => (nint)sizes[letter])];
        return Tensor.Create(result, lengths);

        (int A, int B) Move((int A, int B) at, char letter, int times) =>
            (at.A + times * stepsA.GetValueOrDefault(letter), at.B + times * stepsB.GetValueOrDefault(letter));

        void Walk((int A, int B) at, int depth)
        {
            if (depth == output.Length)
            {
                result[next++] = Sum(at, 0);
                return;
            }

            for (int i = 0; i < sizes[output[depth]]; i++)
                Walk(Move(at, output[depth], i), depth + 1);
        }

        double Sum((int A, int B) at, int depth)
        {
            if (depth == summed.Length)
                return flatA[at.A] * flatB[at.B];
            double sum = 0;
            for (int i = 0; i < sizes[summed[depth]]; i++)
                sum += Sum(Move(at, summed[depth], i), depth + 1);
            return sum;
        }
    }

    private static (double[] Flat, Dictionary<char, int> Steps) Read(string letters, Tensor<double> tensor, SortedDictionary<char, int> sizes)
    {
        if (tensor.Rank != letters.Length)
            throw new ArgumentException($"The operand {letters} should have {letters.Length} axes, not {tensor.Rank}");
        var steps = new Dictionary<char, int>();
        int step = 1;
        for (int axis = tensor.Rank - 1; axis >= 0; axis--)
        {
            (char letter, int size) = (letters[axis], (int)tensor.Lengths[axis]);
            if (sizes.TryAdd(letter, size) is false && sizes[letter] != size)
                throw new ArgumentException($"The letter '{letter}' should have one size, not {size} and {sizes[letter]}");
            steps[letter] = steps.GetValueOrDefault(letter) + step;
            step *= size;
        }

        double[] flat = new double[step];
        tensor.FlattenTo(flat);
        return (flat, steps);
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
            throw new ArgumentException("The scores should have 4 axes and the mask 3");
        (nint B, nint H, nint N, nint M) = (scores.Lengths[0], scores.Lengths[1], scores.Lengths[2], scores.Lengths[3]);
        if (mask.Lengths[0] != B || mask.Lengths[1] != N || mask.Lengths[2] != M)
            throw new ArgumentException("The mask should be b × n × m");

        Tensor<double> weights = Tensor.Create(new double[(int)(B * H * N * M)], [B, H, N, M]);
        for (nint row = 0; row < B * H * N; row++)
        {
            (nint b, nint h, nint n) = (row / N / H, row / N % H, row % N);
            (double max, double sum) = (double.NegativeInfinity, 0);
            for (nint m = 0; m < M; m++)
                max = mask[b, n, m] ? Math.Max(max, scores[b, h, n, m]) : max;
            for (nint m = 0; m < M; m++)
                sum += mask[b, n, m] ? Math.Exp(scores[b, h, n, m] - max) : 0;

            // in logarithms there is nothing to divide
            double logarithm = Math.Log(sum);
            for (nint m = 0; m < M; m++)
                weights[b, h, n, m] = mask[b, n, m] ? Math.Exp(scores[b, h, n, m] - max - logarithm) : 0;
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
        Tensor<double> scores = Einsum("bhne,bhme->bhnm", queries, keys) / Math.Sqrt((double)queries.Lengths[3]);
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
        Tensor<double> queries = Einsum("bnd,hde->bhne", targets, queryWeights);
        Tensor<double> keys = Einsum("bmc,hce->bhme", sources, keyWeights);
        Tensor<double> values = Einsum("bmc,hcf->bhmf", sources, valueWeights);
        Tensor<double> scores = Einsum("bhne,bhme->bhnm", queries, keys) / Math.Sqrt((double)targets.Lengths[2]);
        Tensor<double> heads = Einsum("bhnm,bhmf->bhnf", MaskedSoftmax(scores, mask), values);
        return Einsum("bhnf,hfg->bng", heads, outputWeights);
    }
}
