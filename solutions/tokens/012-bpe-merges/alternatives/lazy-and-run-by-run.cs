using System.Text.RegularExpressions;

namespace Kata012;

public static class BpeMerges
{
    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges) => merges switch
    {
        < 0 => throw new ArgumentOutOfRangeException(nameof(merges)),
        _ => Lessons(Words(lines)).Take(merges).ToArray(),
    };

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges) => Encoder(merges)(text);

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        return Encoding.UTF8.GetString(tokens.SelectMany(Spell).ToArray());

        IEnumerable<byte> Spell(int token) => (token, token < 256 + merges.Count) switch
        {
            (>= 0 and < 256, _) => new[] { (byte)token },
            (>= 256, true) => merges[token - 256] switch { var (left, right) => Spell(left).Concat(Spell(right)) },
            _ => throw new ArgumentException($"{token} is not a token.", nameof(tokens)),
        };
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        var encode = Encoder(merges);
        // UTF-32 needs four bytes for every code point.
        var totals = lines.Aggregate(
            (Tokens: 0L, Characters: 0L),
            (sum, line) => (sum.Tokens + encode(line).Length, sum.Characters + Encoding.UTF32.GetByteCount(line) / 4));
        return totals switch
        {
            (_, 0) => throw new ArgumentException("Nothing to measure.", nameof(lines)),
            var (tokens, characters) => (double)tokens / characters,
        };
    }

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        return (alpha, sizes.Enumerate().All(n => n > 0)) switch
        {
            (>= 0 and <= 1, true) => Vector<double>.Build.Dense(sizes.Count, Share),
            (_, false) => throw new ArgumentException("Every size must be positive.", nameof(sizes)),
            _ => throw new ArgumentException("alpha must be in [0, 1].", nameof(alpha)),
        };

        // p_i^a / sum p_j^a, divided above and below by p_i^a
        double Share(int i) => 1 / sizes.Enumerate().Sum(n => Math.Pow(n / sizes[i], alpha));
    }

    // The first character, whatever it is, and everything up to the next space.
    private static IEnumerable<string> Pieces(string text) =>
        Regex.Matches(text, ".[^ ]*", RegexOptions.Singleline).Select(match => match.Value);

    private static int[] Bytes(string piece) =>
        Array.ConvertAll(new UTF8Encoding(false, true).GetBytes(piece), b => (int)b);

    private static (int[] Tokens, int Times)[] Words(IEnumerable<string> lines) =>
        lines.SelectMany(Pieces).CountBy(piece => piece).Select(word => (Bytes(word.Key), word.Value)).ToArray();

    // Endless but for the supply of pairs: whoever asks for n merges takes n.
    private static IEnumerable<(int Left, int Right)> Lessons((int[] Tokens, int Times)[] words)
    {
        var tally = new Dictionary<(int Left, int Right), int>();
        var places = new Dictionary<(int Left, int Right), HashSet<int>>();
        for (var w = 0; w < words.Length; w++)
            Post(w, +1);

        for (var token = 256; Best(tally) is var (pair, count) && count >= 2; token++)
        {
            foreach (var w in places[pair].ToArray())
            {
                Post(w, -1);
                words[w] = (Joined(words[w].Tokens, pair, token).ToArray(), words[w].Times);
                Post(w, +1);
            }

            places.Remove(pair);
            yield return pair;
        }

        void Post(int w, int sign)
        {
            foreach (var (pair, count) in Pairs(words[w].Tokens))
            {
                var now = tally.GetValueOrDefault(pair) + sign * count * words[w].Times;
                if (now == 0)
                    tally.Remove(pair);
                else
                    tally[pair] = now;

                if (sign < 0)
                    continue;
                if (!places.TryGetValue(pair, out var home))
                    places[pair] = home = new HashSet<int>();
                home.Add(w);
            }
        }
    }

    private static ((int Left, int Right) Pair, int Count) Best(Dictionary<(int Left, int Right), int> tally)
    {
        var best = (Pair: (Left: 0, Right: 0), Count: 0);
        foreach (var (pair, count) in tally)
            best = count.CompareTo(best.Count) switch
            {
                > 0 => (pair, count),
                0 when pair.CompareTo(best.Pair) < 0 => (pair, count),
                _ => best,
            };
        return best;
    }

    // Run by run: n equal tokens hold n / 2 pairs of their own, and one with what comes next.
    private static IEnumerable<((int Left, int Right) Pair, int Count)> Pairs(int[] tokens)
    {
        var start = 0;
        while (start < tokens.Length)
        {
            var stop = start + 1;
            while (stop < tokens.Length && tokens[stop] == tokens[start])
                stop++;
            if (stop - start >= 2)
                yield return ((tokens[start], tokens[start]), (stop - start) / 2);
            if (stop < tokens.Length)
                yield return ((tokens[start], tokens[stop]), 1);
            start = stop;
        }
    }

    private static IEnumerable<int> Joined(int[] tokens, (int Left, int Right) pair, int token)
    {
        var i = 0;
        while (i < tokens.Length)
        {
            var here = i + 1 < tokens.Length && (tokens[i], tokens[i + 1]) == pair;
            yield return here ? token : tokens[i];
            i += here ? 2 : 1;
        }
    }

    private static Func<string, int[]> Encoder(IReadOnlyList<(int Left, int Right)> merges)
    {
        var ranks = merges.Select((pair, rank) => (pair, rank)).DistinctBy(x => x.pair).ToDictionary(x => x.pair, x => x.rank);
        return text => Pieces(text).SelectMany(piece => Settle(Bytes(piece))).ToArray();

        int[] Settle(int[] tokens) => Lowest(tokens) is int rank
            ? Settle(Joined(tokens, merges[rank], 256 + rank).ToArray())
            : tokens;

        int? Lowest(int[] tokens) =>
            tokens.Zip(tokens.Skip(1)).Min(pair => ranks.TryGetValue(pair, out var rank) ? rank : (int?)null);
    }
}
