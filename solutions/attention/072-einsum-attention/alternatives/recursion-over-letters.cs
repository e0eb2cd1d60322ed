namespace Kata072;

public static class EinsumAttention
{
    public static Tensor<double> Einsum(string spec, Tensor<double> a, Tensor<double> b)
    {
        var arrow = spec.IndexOf("->", StringComparison.Ordinal);
        if (arrow < 0 || spec.IndexOf("->", arrow + 2, StringComparison.Ordinal) >= 0)
        {
            throw new ArgumentException("one -> please");
        }

        var inputs = spec[..arrow].Split(',');
        var target = spec[(arrow + 2)..];
        if (inputs.Length != 2)
        {
            throw new ArgumentException($"two operands, not {inputs.Length}");
        }

        var length = new nint['z' + 1];
        Bind(inputs[0], a.Lengths, length);
        Bind(inputs[1], b.Lengths, length);
        for (var i = 0; i < target.Length; i++)
        {
            RequireLetter(target[i]);
            if (length[target[i]] == 0 || target.IndexOf(target[i]) < i)
            {
                throw new ArgumentException($"output letter '{target[i]}' is unknown or repeated");
            }
        }

        var letters = new List<char>();
        foreach (var letter in spec)
        {
            if (letter is >= 'a' and <= 'z' && !letters.Contains(letter))
            {
                letters.Add(letter);
            }
        }

        var shape = new nint[Math.Max(1, target.Length)];
        shape[0] = 1;
        for (var i = 0; i < target.Length; i++)
        {
            shape[i] = length[target[i]];
        }

        var sum = Tensor.CreateFromShape<double>(shape);
        Visit(0);
        return sum;

        // While the letters before "level" are fixed, index holds their values.
        void Visit(int level)
        {
            if (level < letters.Count)
            {
                for (index[letters[level]] = 0; index[letters[level]] < length[letters[level]]; index[letters[level]]++)
                {
                    Visit(level + 1);
                }
            }
            else
            {
                nint[] position = target.Length == 0 ? [0] : Position(target);
                sum[position] = sum[position] + (a[Position(inputs[0])] * b[Position(inputs[1])]);
            }
        }

        nint[] Position(string axes) => Array.ConvertAll(axes.ToCharArray(), letter => index[letter]);
    }

    [ThreadStatic]
    private static nint[]? indexOfThread;

    private static nint[] index => indexOfThread ??= new nint['z' + 1];

    private static void RequireLetter(char letter)
    {
        if (letter is < 'a' or > 'z')
        {
            throw new ArgumentException($"unexpected '{letter}'");
        }
    }

    private static void Bind(string letters, ReadOnlySpan<nint> lengths, nint[] length)
    {
        foreach (var letter in letters)
        {
            RequireLetter(letter);
        }

        if (letters.Length != lengths.Length)
        {
            throw new ArgumentException($"'{letters}' does not fit a tensor of rank {lengths.Length}");
        }

        for (var axis = 0; axis < letters.Length; axis++)
        {
            if (length[letters[axis]] != 0 && length[letters[axis]] != lengths[axis])
            {
                throw new ArgumentException($"'{letters[axis]}' is {length[letters[axis]]} and {lengths[axis]}");
            }

            length[letters[axis]] = lengths[axis];
        }
    }

    public static Tensor<double> MaskedSoftmax(Tensor<double> scores, Tensor<bool> mask)
    {
        if (scores.Rank != 4 || mask.Rank != 3)
        {
            throw new ArgumentException("four axes and three");
        }

        var (b, h, n, m) = (scores.Lengths[0], scores.Lengths[1], scores.Lengths[2], scores.Lengths[3]);
        if (mask.Lengths[0] != b || mask.Lengths[1] != n || mask.Lengths[2] != m)
        {
            throw new ArgumentException("mask must be b n m");
        }

        var weights = Tensor.CreateFromShape<double>(scores.Lengths);
        for (nint i = 0; i < b; i++)
        {
            for (nint j = 0; j < h; j++)
            {
                for (nint k = 0; k < n; k++)
                {
                    double? top = null;
                    for (nint l = 0; l < m; l++)
                    {
                        if (mask[i, k, l] && !(scores[i, j, k, l] <= top))
                        {
                            top = scores[i, j, k, l];
                        }
                    }

                    double total = 0;
                    for (nint l = 0; l < m; l++)
                    {
                        if (mask[i, k, l])
                        {
                            total += Math.Exp(scores[i, j, k, l] - top!.Value);
                        }
                    }

                    for (nint l = 0; l < m; l++)
                    {
                        if (mask[i, k, l])
                        {
                            weights[i, j, k, l] = Math.Exp(scores[i, j, k, l] - top!.Value) / total;
                        }
                    }
                }
            }
        }

        return weights;
    }

    public static Tensor<double> Attention(
        Tensor<double> queries, Tensor<double> keys, Tensor<double> values, Tensor<bool> mask)
    {
        var scale = Tensor.Create([Math.Pow(queries.Lengths[^1], -0.5)], [1]);
        var scaled = Einsum("bhne,s->bhne", queries, scale);
        return Einsum("bhmf,bhnm->bhnf", values, MaskedSoftmax(Einsum("xyzw,xyvw->xyzv", scaled, keys), mask));
    }

    public static Tensor<double> MultiHead(
        Tensor<double> targets, Tensor<double> sources, Tensor<double> queryWeights, Tensor<double> keyWeights,
        Tensor<double> valueWeights, Tensor<double> outputWeights, Tensor<bool> mask) =>
        Einsum(
            "hfg,bhnf->bng",
            outputWeights,
            Attention(
                Einsum("hde,bnd->bhne", queryWeights, targets),
                Einsum("hde,bnd->bhne", keyWeights, sources),
                Einsum("hde,bnd->bhne", valueWeights, sources),
                mask));
}
