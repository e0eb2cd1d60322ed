using System.Text.RegularExpressions;

namespace Kata072;

public static class EinsumAttention
{
    public static Tensor<double> Einsum(string spec, Tensor<double> a, Tensor<double> b)
    {
        ArgumentException Error(string text) => new($"\"{spec}\" {text}");

        var match = Regex.Match(spec, "^([a-z]+),([a-z]+)->([a-z]*)$");
        if (!match.Success)
        {
            var illegal = spec.Replace("->", "").Replace(",", "").FirstOrDefault(character => !char.IsBetween(character, 'a', 'z'));
            throw Error(
                Regex.Count(spec, "->") != 1 ? "does not have one ->"
                : spec.Split("->")[0].Count(character => character == ',') is var commas and not 1 ? $"has {commas + 1} operands"
                : illegal != 0 ? $"has the character '{illegal}'"
                : "has an operand without letters");
        }

        var (left, right, output) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
        var axes = (left.Length == a.Rank, right.Length == b.Rank) switch
        {
            (true, true) => left.Zip(a.Lengths.ToArray()).Concat(right.Zip(b.Lengths.ToArray())).ToLookup(pair => pair.First, pair => pair.Second),
            (false, _) => throw Error($": {left} is not of rank {a.Rank}"),
            _ => throw Error($": {right} is not of rank {b.Rank}"),
        };
        foreach (var letter in axes.Where(lengths => lengths.Distinct().Count() > 1))
        {
            throw Error($"gives '{letter.Key}' the lengths {string.Join(", ", letter)}");
        }

        foreach (var letter in output.Where((letter, i) => !axes.Contains(letter) || output.IndexOf(letter) != i))
        {
            throw Error($"cannot have '{letter}' there in the output");
        }

        Tensor<double>[] tensors = [a, b];
        var terms =
            from assignment in Assignments(axes.Select(axis => axis.Key).ToArray(), letter => axes[letter].First())
            let value = new[] { left, right }.Zip(tensors, (letters, tensor) => tensor[At(letters, assignment)]).Aggregate((x, y) => x * y)
            group value by At(output, assignment).Aggregate((nint)0, (flat, i) => (flat * 1000) + i) into entry
            orderby entry.Key
            select entry.Sum();
        return Tensor.Create(terms.ToArray(), output == "" ? [1] : [.. output.Select(letter => axes[letter].First())]);
    }

    private static IEnumerable<Dictionary<char, nint>> Assignments(char[] letters, Func<char, nint> length)
    {
        if (letters.Length == 0)
        {
            yield return new Dictionary<char, nint>();
            yield break;
        }

        foreach (var rest in Assignments(letters[1..], length))
        {
            for (nint i = 0; i < length(letters[0]); i++)
            {
                yield return new Dictionary<char, nint>(rest) { [letters[0]] = i };
            }
        }
    }

    private static nint[] At(string letters, Dictionary<char, nint> assignment) => letters.Select(letter => assignment[letter]).ToArray();

    public static Tensor<double> MaskedSoftmax(Tensor<double> scores, Tensor<bool> mask)
    {
        if (scores.Rank != 4)
        {
            throw new ArgumentException("scores are b h n m");
        }

        // Stretched over the heads by an einsum with ones; einsum refuses a mask of another shape.
        var allowed = Einsum("bhnm,bnm->bhnm", Constant(1, scores.Lengths), Tensor.Create(mask.Select(may => may ? 1.0 : 0).ToArray(), mask.Lengths));
        var logits = Tensor.Add<double>(scores, Tensor.Log<double>(allowed));
        var maxima = logits.Chunk((int)scores.Lengths[3]).Select(row => row.Max()).Select(max => double.IsFinite(max) ? max : 0).ToArray();
        var shift = Einsum("bhn,m->bhnm", Tensor.Create(maxima, scores.Lengths[..3]), Constant(1, [scores.Lengths[3]]));
        var exponentials = Tensor.Exp<double>(Tensor.Subtract<double>(logits, shift));
        var totals = Einsum("bhnm,m->bhn", exponentials, Constant(1, [scores.Lengths[3]]));
        var inverse = Tensor.Create(totals.Select(total => total > 0 ? 1 / total : 0).ToArray(), totals.Lengths);
        return Einsum("bhnm,bhn->bhnm", exponentials, inverse);
    }

    private static Tensor<double> Constant(double value, ReadOnlySpan<nint> lengths)
    {
        var tensor = Tensor.CreateFromShape<double>(lengths);
        tensor.Fill(value);
        return tensor;
    }

    public static Tensor<double> Attention(Tensor<double> queries, Tensor<double> keys, Tensor<double> values, Tensor<bool> mask)
    {
        var raw = Einsum("bhmq,bhnq->bhnm", keys, queries);
        var scaled = Tensor.Divide<double>(raw, Math.Sqrt(keys.Lengths[3]));
        return Einsum("bhnm,bhmv->bhnv", MaskedSoftmax(scaled, mask), values);
    }

    public static Tensor<double> MultiHead(
        Tensor<double> targets, Tensor<double> sources, Tensor<double> queryWeights, Tensor<double> keyWeights,
        Tensor<double> valueWeights, Tensor<double> outputWeights, Tensor<bool> mask)
    {
        Tensor<double> Project(Tensor<double> x, Tensor<double> w) => Einsum("bpd,hde->bhpe", x, w);

        return Einsum(
            "bhpe,heg->bpg",
            Attention(Project(targets, queryWeights), Project(sources, keyWeights), Project(sources, valueWeights), mask),
            outputWeights);
    }
}
