namespace Kata057;

/// <summary>The weights of a multi-head attention layer, as most libraries store them: heads are only cut when it is computed.</summary>
/// <param name="InWeight">d × 3d: the projections to queries, keys and values side by side; in each, head h owns d/H columns from h·d/H on.</param>
/// <param name="InBias">3d numbers in the same order.</param>
/// <param name="OutWeight">d × d: row h·d/H + c takes column c of head h's result.</param>
/// <param name="OutBias">d numbers.</param>
public sealed record MultiHeadWeights(
    [Shape("d", "qkv")] Matrix<double> InWeight,
    [Shape("qkv")] Vector<double> InBias,
    [Shape("d", "d")] Matrix<double> OutWeight,
    [Shape("d")] Vector<double> OutBias);

/// <summary>
/// One function, three implementations: multi-head self-attention head by head, with heads as an axis of batched
/// products, and as einsums over fused weights. Source: Vaswani et al. 2017, section 3.2.2 (arXiv:1706.03762).
/// </summary>
public static class ThreeMultiHeads
{
    /// <summary>Task 1. Batch by batch and head by head, with products of two matrices: six for each batch and head.</summary>
    /// <param name="inputs">For each batch n tokens of dimension d.</param>
    /// <param name="weights">The weights of the layer.</param>
    /// <param name="heads">Number of heads H, which divides d.</param>
    /// <param name="mask">True where the query (second axis) may attend to the key (third axis); the same for all heads.</param>
    /// <param name="multiply">The product of two matrices; the only way to multiply matrices that is used here.</param>
    /// <returns>For each token the results of all heads, projected by the output weights.</returns>
    /// <exception cref="ArgumentException">d cannot be divided into H heads, or a shape does not fit.</exception>
    [return: Shape("b", "n", "d")]
    public static Tensor<double> ByLoop(
        [Shape("b", "n", "d")] Tensor<double> inputs,
        MultiHeadWeights weights,
        int heads,
        [Shape("b", "n", "n")] Tensor<bool> mask,
        Func<Matrix<double>, Matrix<double>, Matrix<double>> multiply)
    {
        var (batches, length, model, dimension) = Sizes(inputs, weights, heads, mask);
        var (tokens, allowed) = (Values(inputs).Chunk(length * model).ToList(), Values(mask).Chunk(length * length).ToList());
        var outputs = new List<double>();
        for (var batch = 0; batch < batches; batch++)
        {
            var x = Matrix<double>.Build.DenseOfRowMajor(length, model, tokens[batch]);
            var output = Matrix<double>.Build.Dense(length, model, (_, column) => weights.OutBias[column]);
            for (var head = 0; head < heads; head++)
            {
                var first = head * dimension;
                var scores = multiply(Project(x, 0, first), Project(x, 1, first).Transpose()) / Math.Sqrt(dimension);
                var result = multiply(MaskedSoftmax(scores, allowed[batch]), Project(x, 2, first));
                output += multiply(result, weights.OutWeight.SubMatrix(first, dimension, 0, model));
            }

            outputs.AddRange(output.ToRowMajorArray());
        }

        return Tensor.Create(outputs.ToArray(), inputs.Lengths);

        Matrix<double> Project(Matrix<double> x, int third, int firstOfHead)
        {
            var first = (third * model) + firstOfHead;
            return multiply(x, weights.InWeight.SubMatrix(0, model, first, dimension))
                .MapIndexed((_, column, value) => value + weights.InBias[first + column]);
        }
    }

    /// <summary>Task 2. All batches and heads at once: heads become an axis by a reshape and a transposition. Six batched products.</summary>
    /// <param name="inputs">For each batch n tokens of dimension d.</param>
    /// <param name="weights">The weights of the layer.</param>
    /// <param name="heads">Number of heads H, which divides d.</param>
    /// <param name="mask">True where the query (second axis) may attend to the key (third axis); the same for all heads.</param>
    /// <param name="multiply">The batched product … × r × k times … × k × c, with equal axes in front; the only one that is used here.</param>
    /// <returns>For each token the results of all heads, projected by the output weights.</returns>
    /// <exception cref="ArgumentException">d cannot be divided into H heads, or a shape does not fit.</exception>
    [return: Shape("b", "n", "d")]
    public static Tensor<double> ByReshape(
        [Shape("b", "n", "d")] Tensor<double> inputs,
        MultiHeadWeights weights,
        int heads,
        [Shape("b", "n", "n")] Tensor<bool> mask,
        Func<Tensor<double>, Tensor<double>, Tensor<double>> multiply)
    {
        var (batches, length, model, dimension) = Sizes(inputs, weights, heads, mask);
        var tokens = Tensor.Create(Values(inputs), [batches * length, model]);

        var scores = multiply(Project(0), Tensor.PermuteDimensions(Project(1), [0, 1, 3, 2])) / Math.Sqrt(dimension);
        var results = multiply(MaskedSoftmax(scores, mask), Project(2));
        var merged = Tensor.Create(Values(Tensor.PermuteDimensions(results, [0, 2, 1, 3])), [batches * length, model]);
        var outputs = multiply(merged, Tensor.Create(weights.OutWeight.ToRowMajorArray(), [model, model]));
        return Tensor.Create(AddToRows(outputs, weights.OutBias), inputs.Lengths);

        Tensor<double> Project(int third)
        {
            var weight = weights.InWeight.SubMatrix(0, model, third * model, model).ToRowMajorArray();
            var projected = AddToRows(multiply(tokens, Tensor.Create(weight, [model, model])), weights.InBias.SubVector(third * model, model));
            return Tensor.PermuteDimensions(Tensor.Create(projected, [batches, length, heads, dimension]), [0, 2, 1, 3]);
        }
    }

    /// <summary>Task 3. Four einsums: queries, keys and values from one of them, and no axis is ever exchanged by hand.</summary>
    /// <param name="inputs">For each batch n tokens of dimension d.</param>
    /// <param name="weights">The weights of the layer.</param>
    /// <param name="heads">Number of heads H, which divides d.</param>
    /// <param name="mask">True where the query (second axis) may attend to the key (third axis); the same for all heads.</param>
    /// <param name="einsum">The einsum of two operands, called with a spec such as <c>"ij,jk->ik"</c>; the only product that is used here.</param>
    /// <returns>For each token the results of all heads, projected by the output weights.</returns>
    /// <exception cref="ArgumentException">d cannot be divided into H heads, or a shape does not fit.</exception>
    [return: Shape("b", "n", "d")]
    public static Tensor<double> ByFusedEinsum(
        [Shape("b", "n", "d")] Tensor<double> inputs,
        MultiHeadWeights weights,
        int heads,
        [Shape("b", "n", "n")] Tensor<bool> mask,
        Func<string, Tensor<double>, Tensor<double>, Tensor<double>> einsum)
    {
        var (batches, length, model, dimension) = Sizes(inputs, weights, heads, mask);

        // The columns of the fused weight are numbered by third, head and column of the head, in that order.
        var inWeight = Tensor.Create(weights.InWeight.ToRowMajorArray(), [model, 3, heads, dimension]);
        var outWeight = Tensor.Create(weights.OutWeight.ToRowMajorArray(), [heads, dimension, model]);

        var thirds = Values(einsum("bnd,dthe->tbhne", inputs, inWeight)).Chunk(batches * length * model).Select(WithBias).ToList();

        var scores = einsum("bhne,bhme->bhnm", thirds[0], thirds[1]) / Math.Sqrt(dimension);
        var results = einsum("bhnm,bhme->bhne", MaskedSoftmax(scores, mask), thirds[2]);
        return Tensor.Create(AddToRows(einsum("bhne,hed->bnd", results, outWeight), weights.OutBias), inputs.Lengths);

        Tensor<double> WithBias(double[] third, int number)
        {
            for (var i = 0; i < third.Length; i++)
            {
                var head = i / (length * dimension) % heads;
                third[i] += weights.InBias[(number * model) + (head * dimension) + (i % dimension)];
            }

            return Tensor.Create(third, [batches, heads, length, dimension]);
        }
    }

    private static (int Batches, int Length, int Model, int Dimension) Sizes(
        Tensor<double> inputs, MultiHeadWeights weights, int heads, Tensor<bool> mask)
    {
        if (inputs.Rank != 3)
        {
            throw new ArgumentException($"The inputs need the axes b × n × d, they have {inputs.Rank} axes.", nameof(inputs));
        }

        var (batches, length, model) = ((int)inputs.Lengths[0], (int)inputs.Lengths[1], (int)inputs.Lengths[2]);
        if (heads < 1 || model % heads != 0)
        {
            throw new ArgumentException($"A dimension of {model} cannot be divided into {heads} heads.", nameof(heads));
        }

        if (!mask.Lengths.SequenceEqual([batches, length, length]))
        {
            throw new ArgumentException(
                $"The mask must be {batches} × {length} × {length}, it is {string.Join(" × ", mask.Lengths.ToArray())}.", nameof(mask));
        }

        var (inWeight, outWeight) = (weights.InWeight, weights.OutWeight);
        if ((inWeight.RowCount, inWeight.ColumnCount, weights.InBias.Count) != (model, 3 * model, 3 * model)
            || (outWeight.RowCount, outWeight.ColumnCount, weights.OutBias.Count) != (model, model, model))
        {
            throw new ArgumentException(
                $"Inputs of dimension {model} need weights of {model} × {3 * model} and {model} × {model} with biases to match.", nameof(weights));
        }

        return (batches, length, model, model / heads);
    }

    private static Matrix<double> MaskedSoftmax(Matrix<double> scores, bool[] allowed)
    {
        var rows = scores.ToRowArrays().Zip(allowed.Chunk(scores.ColumnCount), Softmax);
        return Matrix<double>.Build.DenseOfRowArrays(rows);
    }

    private static Tensor<double> MaskedSoftmax(Tensor<double> scores, Tensor<bool> mask)
    {
        var (heads, length) = ((int)scores.Lengths[1], (int)scores.Lengths[2]);
        var allowed = Values(mask).Chunk(length).ToList();

        // The rows come batch by batch, head by head, query by query; the mask has no heads.
        var rows = Values(scores).Chunk(length)
            .Select((row, number) => Softmax(row, allowed[(number / (heads * length) * length) + (number % length)]));
        return Tensor.Create(rows.SelectMany(row => row).ToArray(), scores.Lengths);
    }

    private static double[] Softmax(double[] scores, bool[] allowed)
    {
        var maximum = scores.Where((_, key) => allowed[key]).DefaultIfEmpty().Max();
        var exponentials = scores.Select((score, key) => allowed[key] ? Math.Exp(score - maximum) : 0).ToArray();
        var total = exponentials.Sum();
        return total == 0 ? exponentials : [.. exponentials.Select(exponential => exponential / total)];
    }

    private static double[] AddToRows(Tensor<double> rows, Vector<double> bias) =>
        [.. Values(rows).Select((value, i) => value + bias[i % bias.Count])];

    private static T[] Values<T>(Tensor<T> tensor)
    {
        var values = new T[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }
}
