// mean-of-lines: the fertility is the mean of the quotients of the lines instead of the quotient of the two sums, so short lines weigh as much as long ones.
using Pair = (int Left, int Right);

namespace Kata012;

public static class BpeMerges
{
    private static readonly UTF8Encoding Utf8Strict = new(false, throwOnInvalidBytes: true);

    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        if (merges < 0) throw new ArgumentOutOfRangeException(nameof(merges), "must be >= 0");

        var words = lines.SelectMany(line => line.Pieces()).ToLookup(piece => piece)
            .Select(group => new Entry { Tokens = group.Key.ToTokens(), Weight = group.Count() })
            .ToList();

        // Global counts, corrected entry by entry.
        var totals = new Dictionary<Pair, int>();
        words.ForEach(word => totals.AddAll(word, +1));

        var learned = new List<Pair>();
        while (learned.Count < merges && totals.Count > 0)
        {
            var top = totals.Values.Max();
            if (top < 2) break;

            var pair = totals.Where(t => t.Value == top).Min(t => t.Key);
            foreach (var word in words.Where(word => word.Tokens.Has(pair)))
            {
                totals.AddAll(word, -1);
                word.Tokens = word.Tokens.With(pair, 256 + learned.Count);
                totals.AddAll(word, +1);
            }

            learned.Add(pair);
        }

        return learned;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        var ranks = merges.Ranks();
        return text.Pieces().SelectMany(piece => piece.ToTokens().Apply(merges, ranks)).ToArray();
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        var limit = 256 + merges.Count;
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (token < 0 || token >= limit) throw new ArgumentException($"{token} is not in [0, {limit})", nameof(tokens));
            bytes.AddRange(merges.BytesOf(token));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        var ranks = merges.Ranks();
        var fertilities = new List<double>();
        foreach (var line in lines)
        {
            if (line.Length == 0) continue;
            double tokens = line.Pieces().Sum(piece => piece.ToTokens().Apply(merges, ranks).Length);
            fertilities.Add(tokens / line.EnumerateRunes().Count());
        }

        if (fertilities.Count == 0) throw new ArgumentException("no characters at all", nameof(lines));
        return fertilities.Average();
    }

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        if (!(alpha is >= 0.0 and <= 1.0)) throw new ArgumentOutOfRangeException(nameof(alpha));
        if (sizes.Enumerate().Any(size => double.IsNaN(size) || size <= 0.0)) throw new ArgumentOutOfRangeException(nameof(sizes));

        var powers = sizes.Enumerate().Select(size => Math.Pow(size, alpha)).ToArray();
        var sum = powers.Sum();
        return Vector<double>.Build.Dense(powers.Length, i => powers[i] / sum);
    }

    private sealed class Entry
    {
        public int[] Tokens = [];
        public int Weight;
    }

    private static IEnumerable<string> Pieces(this string text)
    {
        var start = 0;
        foreach (var space in Enumerable.Range(0, text.Length).Where(i => i > 0 && text[i] == ' '))
        {
            yield return text[start..space];
            start = space;
        }

        if (start < text.Length) yield return text[start..];
    }

    private static int[] ToTokens(this string piece)
    {
        var bytes = Utf8Strict.GetBytes(piece);
        var tokens = new int[bytes.Length];
        for (var i = 0; i < tokens.Length; i++) tokens[i] = bytes[i];
        return tokens;
    }

    private static Dictionary<Pair, int> Ranks(this IReadOnlyList<Pair> merges)
    {
        var ranks = new Dictionary<Pair, int>();
        for (var rank = 0; rank < merges.Count; rank++) ranks.TryAdd(merges[rank], rank);
        return ranks;
    }

    private static bool Has(this int[] tokens, Pair pair)
    {
        for (var i = 0; i + 1 < tokens.Length; i++)
            if (tokens[i] == pair.Left && tokens[i + 1] == pair.Right) return true;
        return false;
    }

    private static int[] With(this int[] tokens, Pair pair, int joined)
    {
        var result = new List<int>(tokens.Length);
        var skip = false;
        for (var i = 0; i < tokens.Length; i++)
        {
            if (skip)
            {
                skip = false;
                continue;
            }

            skip = i + 1 < tokens.Length && tokens[i] == pair.Left && tokens[i + 1] == pair.Right;
            result.Add(skip ? joined : tokens[i]);
        }

        return [.. result];
    }

    private static int[] Apply(this int[] tokens, IReadOnlyList<Pair> merges, Dictionary<Pair, int> ranks)
    {
        int? best = null;
        for (var i = 0; i + 1 < tokens.Length; i++)
            if (ranks.TryGetValue((tokens[i], tokens[i + 1]), out var rank) && !(rank >= best)) best = rank;
        return best is { } found ? tokens.With(merges[found], 256 + found).Apply(merges, ranks) : tokens;
    }

    private static List<byte> BytesOf(this IReadOnlyList<Pair> merges, int token)
    {
        if (token < 256) return [(byte)token];
        var bytes = merges.BytesOf(merges[token - 256].Left);
        bytes.AddRange(merges.BytesOf(merges[token - 256].Right));
        return bytes;
    }

    private static void AddAll(this Dictionary<Pair, int> totals, Entry word, int sign)
    {
        var tokens = word.Tokens;
        for (var i = 0; i + 1 < tokens.Length; i++)
        {
            Pair pair = (tokens[i], tokens[i + 1]);
            totals[pair] = totals.GetValueOrDefault(pair) + sign * word.Weight;
            if (totals[pair] == 0) totals.Remove(pair);

            // x x x: the second pair cannot be joined as well
            var triple = i + 2 < tokens.Length && tokens[i] == tokens[i + 1] && tokens[i + 1] == tokens[i + 2];
            if (triple) i++;
        }
    }
}
