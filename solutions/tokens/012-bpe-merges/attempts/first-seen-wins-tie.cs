// first-of-equal-pairs: among pairs with the same highest count the one that was met first in the text wins (MaxBy keeps the first), not the one with the smaller left and then right token.
namespace Kata012;

public static class BpeMerges
{
    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        if (merges < 0)
            throw new ArgumentOutOfRangeException(nameof(merges));

        var words = (from line in lines
                     from piece in Cut(line)
                     group piece by piece into same
                     select (Tokens: ToTokens(same.Key), Times: same.Count())).ToArray();

        var learned = new List<(int Left, int Right)>();
        for (var token = 256; learned.Count < merges; token++)
        {
            var counts = new Dictionary<(int Left, int Right), int>();
            foreach (var (tokens, times) in words)
                foreach (var pair in PairsIn(tokens))
                    counts[pair] = counts.GetValueOrDefault(pair) + times;

            if (counts.Count == 0)
                break;

            var best = counts.MaxBy(entry => entry.Value);
            if (best.Value < 2)
                break;

            learned.Add(best.Key);
            words = (from word in words
                     select (Tokens: Merge(word.Tokens, best.Key, token), word.Times)).ToArray();
        }

        return learned;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        var ranks = (from entry in merges.Select((pair, rank) => (pair, rank))
                     group entry.rank by entry.pair).ToDictionary(g => g.Key, g => g.Min());

        return (from piece in Cut(text)
                from token in Shorten(ToTokens(piece))
                select token).ToArray();

        int[] Shorten(int[] tokens)
        {
            while (true)
            {
                var known = (from i in Enumerable.Range(0, tokens.Length - 1)
                             let pair = (tokens[i], tokens[i + 1])
                             where ranks.ContainsKey(pair)
                             select ranks[pair]).ToList();
                if (known.Count == 0)
                    return tokens;
                tokens = Merge(tokens, merges[known.Min()], 256 + known.Min());
            }
        }
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        var bytes = from token in tokens
                    let valid = token >= 0 && token < 256 + merges.Count
                        ? token
                        : throw new ArgumentOutOfRangeException(nameof(tokens))
                    from b in Spell(valid)
                    select b;
        return Encoding.UTF8.GetString(bytes.ToArray());

        IEnumerable<byte> Spell(int token) => token < 256
            ? Enumerable.Repeat((byte)token, 1)
            : Spell(merges[token - 256].Left).Concat(Spell(merges[token - 256].Right));
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        var measured = (from line in lines
                        select (Tokens: Encode(line, merges).Length, Runes: line.EnumerateRunes().Count())).ToList();
        var runes = measured.Sum(m => m.Runes);
        return runes == 0
            ? throw new ArgumentException("The lines are empty.", nameof(lines))
            : measured.Sum(m => m.Tokens) / (double)runes;
    }

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        if (alpha is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(alpha));
        if ((from n in sizes.Enumerate() where !(n > 0) select n).Any())
            throw new ArgumentException("A size is not positive.", nameof(sizes));

        var shares = sizes / sizes.Sum();
        var powers = shares.PointwisePower(alpha);
        return powers / powers.Sum();
    }

    private static IEnumerable<string> Cut(string text)
    {
        var starts = Enumerable.Range(0, text.Length).Where(i => i == 0 || text[i] == ' ').Append(text.Length).ToList();
        return from s in starts.Zip(starts.Skip(1))
               where s.First < s.Second
               select text[s.First..s.Second];
    }

    private static int[] ToTokens(string piece) =>
        (from b in new UTF8Encoding(false, true).GetBytes(piece) select (int)b).ToArray();

    private static IEnumerable<(int Left, int Right)> PairsIn(int[] tokens)
    {
        var sharedWithLast = false;
        for (var i = 0; i < tokens.Length - 1; i++)
        {
            var equal = tokens[i] == tokens[i + 1];
            sharedWithLast = equal && i > 0 && tokens[i - 1] == tokens[i] && !sharedWithLast;
            if (!sharedWithLast)
                yield return (tokens[i], tokens[i + 1]);
        }
    }

    private static int[] Merge(int[] tokens, (int Left, int Right) pair, int token)
    {
        var merged = new List<int>(tokens.Length);
        for (var i = 0; i < tokens.Length; i++)
        {
            var match = i < tokens.Length - 1 && tokens[i] == pair.Left && tokens[i + 1] == pair.Right;
            merged.Add(match ? token : tokens[i]);
            i += match ? 1 : 0;
        }

        return merged.ToArray();
    }
}
