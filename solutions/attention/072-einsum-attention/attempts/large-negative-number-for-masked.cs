// number-in-place-of-masked-scores: masked scores are replaced by -1e9 before an ordinary softmax, so a query that may attend to no key gets 1/m for every key instead of 0.
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
        string[] s = spec.Split("->");
        if (s.Length != 2) throw new ArgumentException("-> must be there once.");
        string[] t = s[0].Split(',');
        if (t.Length != 2) throw new ArgumentException("Operands: " + t.Length + ", must be 2.");
        string left = t[0], right = t[1], target = s[1];
        foreach (char c in left + right + target)
            if (!("abcdefghijklmnopqrstuvwxyz".Contains(c))) throw new ArgumentException("Not a to z: '" + c + "'.");
        if (left.Length != a.Rank) throw new ArgumentException("Letters " + left + ", axes " + a.Rank + ".");
        if (right.Length != b.Rank) throw new ArgumentException("Letters " + right + ", axes " + b.Rank + ".");

        List<char> letters = new List<char>();
        List<nint> sizes = new List<nint>();
        for (int k = 0; k < left.Length + right.Length; k++)
        {
            char c = k < left.Length ? left[k] : right[k - left.Length];
            nint n = k < left.Length ? a.Lengths[k] : b.Lengths[k - left.Length];
            int known = letters.IndexOf(c);
            if (known < 0)
            {
                letters.Add(c);
                sizes.Add(n);
            }
            else if (sizes[known] != n)
                throw new ArgumentException("Letter '" + c + "' is " + sizes[known] + " and " + n + ".");
        }

        nint[] shape = new nint[Math.Max(target.Length, 1)];
        shape[0] = 1;
        nint total = 1;
        for (int k = 0; k < target.Length; k++)
        {
            int at = letters.IndexOf(target[k]);
            if (at < 0) throw new ArgumentException("Output letter '" + target[k] + "' comes from nowhere.");
            if (target.Substring(0, k).Contains(target[k])) throw new ArgumentException("Output letter '" + target[k] + "' again.");
            shape[k] = sizes[at];
            total *= sizes[at];
        }

        Tensor<double> result = Tensor.Create(new double[(int)total], shape);
        nint[] ia = new nint[left.Length], ib = new nint[right.Length], ic = new nint[shape.Length];
        Loop(0);
        return result;

        void Loop(int depth)
        {
            if (depth == letters.Count)
            {
                result[ic] = result[ic] + a[ia] * b[ib];
                return;
            }
            for (nint i = 0; i < sizes[depth]; i++)
            {
                Put(left, ia, letters[depth], i);
                Put(right, ib, letters[depth], i);
                Put(target, ic, letters[depth], i);
                Loop(depth + 1);
            }
        }
    }

    static void Put(string letters, nint[] index, char letter, nint value)
    {
        for (int k = 0; k < letters.Length; k++)
            if (letters[k] == letter) index[k] = value;
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
        if (scores.Rank != 4) throw new ArgumentException("Four axes, please.", nameof(scores));
        if (mask.Rank != 3) throw new ArgumentException("Three axes, please.", nameof(mask));
        for (int k = 0; k < 3; k++)
            if (mask.Lengths[k] != scores.Lengths[k == 0 ? 0 : k + 1]) throw new ArgumentException("Axis " + k + " does not fit.", nameof(mask));

        Tensor<double> w = Tensor.Create(new double[(int)scores.FlattenedLength], scores.Lengths);
        for (nint b = 0; b < scores.Lengths[0]; b++)
            for (nint h = 0; h < scores.Lengths[1]; h++)
                for (nint n = 0; n < scores.Lengths[2]; n++)
                {
                    double max = double.MinValue, sum = 0;
                    for (nint m = 0; m < scores.Lengths[3]; m++)
                    {
                        w[b, h, n, m] = mask[b, n, m] ? scores[b, h, n, m] : -1e9;
                        max = Math.Max(max, w[b, h, n, m]);
                    }
                    for (nint m = 0; m < scores.Lengths[3]; m++)
                    {
                        w[b, h, n, m] = Math.Exp(w[b, h, n, m] - max);
                        sum += w[b, h, n, m];
                    }
                    for (nint m = 0; m < scores.Lengths[3]; m++)
                        w[b, h, n, m] = w[b, h, n, m] / sum;
                }
        return w;
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
        Tensor<double> w = Einsum("bhne,bhme->bhnm", queries, keys);
        w = w / Math.Sqrt((double)keys.Lengths[3]);
        w = MaskedSoftmax(w, mask);
        return Einsum("bhnm,bhmf->bhnf", w, values);
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
}
