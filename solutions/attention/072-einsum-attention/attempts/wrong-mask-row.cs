// mask-of-another-batch: row r of the scores takes row r % (b·n) of the mask, as if the heads were the slowest axis; with several batches and heads a query gets another batch's mask.
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
        var pieces = spec.Split("->");
        if (pieces.Length != 2)
            throw new ArgumentException("need a single -> in " + spec);
        var operands = pieces[0].Split(',');
        if (operands.Length != 2)
            throw new ArgumentException("need two operands in " + spec + ", have " + operands.Length);
        var all = pieces[0].Replace(",", "") + pieces[1];
        var position = 0;
        while (position < all.Length)
        {
            var c = all[position++];
            if (c >= 'a' && c <= 'z') continue;
            throw new ArgumentException("need letters a to z, have '" + c + "'");
        }

        var size = new int[26];
        NoteSizes(size, operands[0], a);
        NoteSizes(size, operands[1], b);

        var output = pieces[1];
        var length = 1;
        var shape = new List<nint>();
        foreach (var c in output)
        {
            if (size[c - 'a'] == 0) throw new ArgumentException("need every output letter in an operand, not so '" + c + "'");
            if (output.IndexOf(c) != shape.Count) throw new ArgumentException("need every output letter once, not so '" + c + "'");
            shape.Add(size[c - 'a']);
            length *= size[c - 'a'];
        }
        if (shape.Count == 0) shape.Add(1);

        var x = new double[(int)a.FlattenedLength];
        var y = new double[(int)b.FlattenedLength];
        var z = new double[length];
        a.FlattenTo(x);
        b.FlattenTo(y);

        // every pair of entries whose letters agree goes to one place of the result
        var env = new int[26];
        var both = new int[26];
        var p = 0;
        while (p < x.Length)
        {
            Array.Fill(env, -1);
            if (!TryBind(env, operands[0], size, p))
            {
                p++;
                continue;
            }

            var q = -1;
            while (++q < y.Length)
            {
                env.CopyTo(both, 0);
                if (!TryBind(both, operands[1], size, q)) continue;
                var place = 0;
                foreach (var c in output) place = place * size[c - 'a'] + both[c - 'a'];
                z[place] += x[p] * y[q];
            }
            p++;
        }

        return Tensor.Create(z, shape.ToArray());
    }

    private static void NoteSizes(int[] size, string letters, Tensor<double> tensor)
    {
        if (letters.Length != tensor.Rank)
            throw new ArgumentException("need as many letters as axes, have " + letters + " and " + tensor.Rank);
        var axis = 0;
        foreach (var c in letters)
        {
            var n = (int)tensor.Lengths[axis++];
            if (size[c - 'a'] == 0) size[c - 'a'] = n;
            if (size[c - 'a'] == n) continue;
            throw new ArgumentException("need one size for '" + c + "', have " + size[c - 'a'] + " and " + n);
        }
    }

    private static bool TryBind(int[] env, string letters, int[] size, int flat)
    {
        var axis = letters.Length;
        while (--axis >= 0)
        {
            var c = letters[axis] - 'a';
            var i = flat % size[c];
            flat /= size[c];
            if (env[c] >= 0 && env[c] != i) return false;
            env[c] = i;
        }
        return true;
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
            throw new ArgumentException("need scores b × h × n × m");
        var m = (int)scores.Lengths[3];
        if (mask.Rank != 3 || mask.Lengths[0] != scores.Lengths[0] || mask.Lengths[1] != scores.Lengths[2] || mask.Lengths[2] != m)
            throw new ArgumentException("need a mask b × n × m");

        var s = new double[(int)scores.FlattenedLength];
        var allowed = new bool[(int)mask.FlattenedLength];
        scores.FlattenTo(s);
        mask.FlattenTo(allowed);
        var w = new double[s.Length];
        var maskRows = allowed.Length / m;

        var r = -1;
        while (++r < s.Length / m)
        {
            var first = r * m;
            var open = r % maskRows * m;
            var keys = new List<int>();
            var k = 0;
            while (k < m)
            {
                if (allowed[open + k]) keys.Add(k);
                k++;
            }
            if (keys.Count == 0) continue;

            var top = keys.Max(key => s[first + key]);
            var sum = 0.0;
            foreach (var key in keys) sum += w[first + key] = Math.Exp(s[first + key] - top);
            foreach (var key in keys) w[first + key] /= sum;
        }

        return Tensor.Create(w, scores.Lengths);
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
        var weights = MaskedSoftmax(scores * Math.Pow(queries.Lengths[3], -0.5), mask);
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
        var q = Einsum("bnd,hde->bhne", targets, queryWeights);
        var k = Einsum("bmc,hce->bhme", sources, keyWeights);
        var v = Einsum("bmc,hcf->bhmf", sources, valueWeights);
        var heads = Attention(q, k, v, mask);
        return Einsum("bhnf,hfg->bng", heads, outputWeights);
    }
}
