// longest-token-first: Encode takes, from left to right, the longest token of the vocabulary that fits (as WordPiece does) instead of joining the pair with the lowest rank again and again.
namespace Kata012;

public static class BpeMerges
{
    private static readonly UTF8Encoding Strict = new(false, true);

    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        if (merges < 0)
            throw new ArgumentException("Cannot learn fewer than no merges.", nameof(merges));

        var words = lines.SelectMany(Cut).CountBy(w => w)
            .Select(w => (Tokens: Strict.GetBytes(w.Key).Select(b => (int)b).ToArray(), Times: w.Value))
            .ToArray();

        return Unroll().Take(merges).ToList();

        IEnumerable<(int Left, int Right)> Unroll()
        {
            for (var token = 256; Winner(words) is ({ } pair, >= 2); token++)
            {
                var fresh = token;
                words = Array.ConvertAll(words, w => (Fuse(w.Tokens, pair, fresh), w.Times));
                yield return pair;
            }
        }
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var token = 0; token < 256 + merges.Count; token++)
            vocabulary.TryAdd(Latin(Spell(token, merges)), token);
        var longest = vocabulary.Keys.Max(key => key.Length);

        return Cut(text).Select(piece => Latin(Strict.GetBytes(piece))).SelectMany(Match).ToArray();

        IEnumerable<int> Match(string bytes)
        {
            var at = 0;
            while (at < bytes.Length)
            {
                var length = Math.Min(longest, bytes.Length - at);
                int token;
                while (!vocabulary.TryGetValue(bytes.Substring(at, length), out token))
                    length--;
                yield return token;
                at += length;
            }
        }
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges) =>
        Encoding.UTF8.GetString(tokens
            .Select(t => t is >= 0 && t < 256 + merges.Count ? t : throw new ArgumentOutOfRangeException(nameof(tokens)))
            .SelectMany(t => Spell(t, merges))
            .ToArray());

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges) =>
        lines.ToArray() switch
        {
            var all when all.All(line => line.Length == 0) => throw new ArgumentException("No characters.", nameof(lines)),
            var all => all.Sum(line => (double)Encode(line, merges).Length) / all.Sum(line => line.EnumerateRunes().Count()),
        };

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        return alpha switch
        {
            >= 0 and <= 1 => Scale(Vector<double>.Build.Dense(sizes.Count, i => Math.Pow(Positive(sizes[i]), alpha))),
            _ => throw new ArgumentOutOfRangeException(nameof(alpha)),
        };

        double Positive(double size) => size > 0 ? size : throw new ArgumentOutOfRangeException(nameof(sizes));

        Vector<double> Scale(Vector<double> powers) => powers.Divide(powers.Sum());
    }

    private static IEnumerable<string> Cut(string text) => text switch
    {
        "" => [],
        _ => text[1..].Split(' ') switch
        {
            var parts => parts.Select((part, i) => i == 0 ? text[..1] + part : " " + part),
        },
    };

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static byte[] Spell(int token, IReadOnlyList<(int Left, int Right)> merges) => token switch
    {
        < 256 => [(byte)token],
        _ => [.. Spell(merges[token - 256].Left, merges), .. Spell(merges[token - 256].Right, merges)],
    };

    private static ((int Left, int Right)? Pair, int Count) Winner((int[] Tokens, int Times)[] words)
    {
        var counts = new Dictionary<(int Left, int Right), int>();
        foreach (var (tokens, times) in words)
        {
            foreach (var pair in Pairs(tokens))
                counts[pair] = counts.GetValueOrDefault(pair) + times;
        }

        ((int Left, int Right)? Pair, int Count) best = (null, 0);
        foreach (var (pair, count) in counts)
        {
            if (best.Pair is not { } held || (-count, pair).CompareTo((-best.Count, held)) < 0)
                best = (pair, count);
        }

        return best;
    }

    private static IEnumerable<(int Left, int Right)> Pairs(int[] tokens)
    {
        var previous = (Left: -1, Right: -1);
        for (var i = 1; i < tokens.Length; i++)
        {
            var here = (Left: tokens[i - 1], Right: tokens[i]);
            if (here == previous) // only twins can repeat at once, and then they share a token
            {
                previous = (-1, -1);
                continue;
            }

            yield return previous = here;
        }
    }

    private static int[] Fuse(int[] tokens, (int Left, int Right) pair, int token)
    {
        if (Array.IndexOf(tokens, pair.Left) < 0)
            return tokens;

        var fused = new Stack<int>();
        foreach (var next in tokens)
        {
            if (next == pair.Right && fused.TryPeek(out var last) && last == pair.Left)
            {
                fused.Pop();
                fused.Push(token);
            }
            else
            {
                fused.Push(next);
            }
        }

        var result = fused.ToArray();
        Array.Reverse(result);
        return result;
    }
}
