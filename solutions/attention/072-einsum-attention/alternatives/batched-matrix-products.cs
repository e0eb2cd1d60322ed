namespace Kata072;

/// <summary>As the libraries do it: diagonals first, then one matrix product for each index of the letters that all three share.</summary>
public static class EinsumAttention
{
    public static Tensor<double> Einsum(string spec, Tensor<double> a, Tensor<double> b)
    {
        if (spec.Split("->") is not [var inputs, var output])
        {
            throw new ArgumentException($"einsum {spec}: exactly one -> is needed");
        }

        var operands = inputs.Split(',');
        if (operands is not [var left, var right])
        {
            throw new ArgumentException($"einsum {spec}: {operands.Length} operands, two are needed");
        }

        if ((left + right + output).FirstOrDefault(c => !"abcdefghijklmnopqrstuvwxyz".Contains(c)) is var bad and not '\0')
        {
            throw new ArgumentException($"einsum {spec}: '{bad}'");
        }

        foreach (var group in output.GroupBy(letter => letter))
        {
            if (group.Count() > 1 || !inputs.Contains(group.Key))
            {
                throw new ArgumentException($"einsum {spec}: '{group.Key}' in the output");
            }
        }

        var sizes = new SortedDictionary<char, nint>();
        Collect(left, a, sizes);
        Collect(right, b, sizes);

        var shared = string.Concat(output.Where(c => left.Contains(c) && right.Contains(c)));
        var rows = string.Concat(output.Where(c => left.Contains(c) && !right.Contains(c)));
        var columns = string.Concat(output.Where(c => right.Contains(c) && !left.Contains(c)));
        var contracted = string.Concat(left.Intersect(right).Except(output));
        a = SumAway(left, a, shared + rows + contracted, sizes);
        b = SumAway(right, b, shared + contracted + columns, sizes);

        int Size(string letters) => letters.Aggregate(1, (product, letter) => product * (int)sizes[letter]);
        var (s, r, k, c) = (Size(shared), Size(rows), Size(contracted), Size(columns));
        var (aFlat, bFlat) = (new double[s * r * k], new double[s * k * c]);
        a.FlattenTo(aFlat);
        b.FlattenTo(bFlat);
        var product = new List<double>();
        for (var block = 0; block < s; block++)
        {
            var leftMatrix = Matrix<double>.Build.DenseOfRowMajor(r, k, aFlat[(block * r * k)..((block + 1) * r * k)]);
            var rightMatrix = Matrix<double>.Build.DenseOfRowMajor(k, c, bFlat[(block * k * c)..((block + 1) * k * c)]);
            product.AddRange((leftMatrix * rightMatrix).ToRowMajorArray());
        }

        var order = shared + rows + columns;
        if (order == "")
        {
            return Tensor.Create(product.ToArray(), [1]);
        }

        var unordered = Tensor.Create(product.ToArray(), order.Select(letter => sizes[letter]).ToArray());
        return Tensor.PermuteDimensions(unordered, output.Select(letter => order.IndexOf(letter)).ToArray()).ToDenseTensor();
    }

    private static void Collect(string letters, Tensor<double> tensor, SortedDictionary<char, nint> sizes)
    {
        if (letters.Length != tensor.Rank)
        {
            throw new ArgumentException($"{letters} names {letters.Length} axes, the rank is {tensor.Rank}");
        }

        for (var axis = 0; axis < tensor.Rank; axis++)
        {
            var (letter, size) = (letters[axis], tensor.Lengths[axis]);
            if (sizes.GetValueOrDefault(letter, size) is var known && known != size)
            {
                throw new ArgumentException($"'{letter}' cannot be {known} and {size}");
            }

            sizes[letter] = size;
        }
    }

    /// <summary>Takes diagonals and sums what neither the other operand nor the output needs; axes in the kept letters' order.</summary>
    private static Tensor<double> SumAway(string letters, Tensor<double> tensor, string kept, SortedDictionary<char, nint> sizes)
    {
        nint[] shape = kept == "" ? [1] : kept.Select(letter => sizes[letter]).ToArray();
        var result = Tensor.CreateFromShape<double>(shape);
        var index = new nint[letters.Length];
        for (nint flat = 0; flat < tensor.FlattenedLength; flat++)
        {
            var rest = flat;
            for (var axis = letters.Length - 1; axis >= 0; axis--)
            {
                (rest, index[axis]) = (rest / tensor.Lengths[axis], rest % tensor.Lengths[axis]);
            }

            if (letters.Select((letter, axis) => index[axis] == index[letters.IndexOf(letter)]).All(equal => equal))
            {
                nint[] at = kept == "" ? [0] : kept.Select(letter => index[letters.IndexOf(letter)]).ToArray();
                result[at] += tensor[index];
            }
        }

        return result;
    }

    public static Tensor<double> MaskedSoftmax(Tensor<double> scores, Tensor<bool> mask)
    {
        if (scores.Lengths is not [var b, var h, var n, var m] || mask.Lengths is not [var mb, var mn, var mm] || (mb, mn, mm) != (b, n, m))
        {
            throw new ArgumentException($"scores {scores} and mask {mask}");
        }

        var shared = Tensor.Broadcast<bool>(mask.Unsqueeze(1), [b, h, n, m]);
        var logits = Rows(shared, (int)m)
            .Zip(Rows(scores, (int)m), (may, row) => row.Zip(may, (score, yes) => yes ? score : double.NegativeInfinity).ToArray());
        return Tensor.Create(logits.SelectMany(Softmax).ToArray(), scores.Lengths);
    }

    private static IEnumerable<T[]> Rows<T>(Tensor<T> tensor, int width)
    {
        var flat = new T[tensor.FlattenedLength];
        tensor.FlattenTo(flat);
        return flat.Chunk(width);
    }

    private static IEnumerable<double> Softmax(double[] logits)
    {
        var highest = logits.Max();
        if (double.IsNegativeInfinity(highest))
        {
            return new double[logits.Length];
        }

        var logSum = Math.Log(logits.Sum(logit => Math.Exp(logit - highest)));
        return logits.Select(logit => Math.Exp(logit - highest - logSum));
    }

    public static Tensor<double> Attention(Tensor<double> queries, Tensor<double> keys, Tensor<double> values, Tensor<bool> mask)
    {
        var root = Math.Sqrt(Math.Sqrt(queries.Lengths[queries.Rank - 1]));
        return Einsum("bhnm,bhmf->bhnf", MaskedSoftmax(Einsum("bhne,bhme->bhnm", queries / root, keys / root), mask), values);
    }

    public static Tensor<double> MultiHead(
        Tensor<double> targets, Tensor<double> sources, Tensor<double> queryWeights, Tensor<double> keyWeights,
        Tensor<double> valueWeights, Tensor<double> outputWeights, Tensor<bool> mask)
    {
        var q = Einsum("bnd,hde->bhne", targets, queryWeights);
        var k = Einsum("bmd,hde->bhme", sources, keyWeights);

        // Each head's values and its part of the output projection are one linear map.
        var v = Einsum("bmd,hdg->bhmg", sources, Einsum("hdf,hfg->hdg", valueWeights, outputWeights));
        var heads = Attention(q, k, v, mask);
        return Einsum("bhng,h->bng", heads, Tensor.Create(Enumerable.Repeat(1.0, (int)heads.Lengths[1]).ToArray(), [heads.Lengths[1]]));
    }
}
