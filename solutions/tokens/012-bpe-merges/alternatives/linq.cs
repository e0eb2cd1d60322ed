using System.Text.RegularExpressions;

namespace Kata012;

public static class BpeMerges
{
    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges) => merges < 0
        ? throw new ArgumentException("a number of merges is not negative")
        : [.. Learn(lines).Take(merges)];

    private static IEnumerable<(int Left, int Right)> Learn(IEnumerable<string> lines)
    {
        var words = lines.SelectMany(Words).GroupBy(word => word)
            .Select(group => (Symbols: Symbols(group.Key), Times: group.Count())).ToArray();
        for (var token = 256; ; token++)
        {
            var best = words
                .SelectMany(word => Starts(word.Symbols).Select(i => (Pair: (word.Symbols[i], word.Symbols[i + 1]), word.Times)))
                .GroupBy(found => found.Pair, found => found.Times)
                .Select(group => (Pair: group.Key, Times: group.Sum()))
                .Where(candidate => candidate.Times > 1)
                .OrderByDescending(candidate => candidate.Times)
                .ThenBy(candidate => candidate.Pair.Item1)
                .ThenBy(candidate => candidate.Pair.Item2)
                .Take(1)
                .ToArray();
            if (best is [])
            {
                yield break;
            }

            yield return best[0].Pair;
            words = Array.ConvertAll(words, word => (Merge(word.Symbols, best[0].Pair, token), word.Times));
        }
    }

    // Where a pair can be joined: in a run of equal symbols only at its first, third, fifth ... place.
    private static IEnumerable<int> Starts(int[] symbols)
    {
        var run = 0;
        for (var i = 0; i < symbols.Length - 1; i++)
        {
            run = i > 0 && symbols[i] == symbols[i - 1] ? run + 1 : 0;
            if (symbols[i] != symbols[i + 1] || run % 2 == 0)
            {
                yield return i;
            }
        }
    }

    private static int[] Merge(int[] symbols, (int, int) pair, int token) =>
        [.. symbols.Aggregate(new List<int>(), (done, next) =>
        {
            if (done.Count > 0 && (done[^1], next) == pair)
            {
                done.RemoveAt(done.Count - 1);
                done.Add(token);
            }
            else
            {
                done.Add(next);
            }

            return done;
        })];

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges) =>
        [.. Words(text).SelectMany(word => merges.Select((pair, rank) => (pair, token: 256 + rank))
            .Aggregate(Symbols(word), (symbols, merge) => symbols.Contains(merge.pair.Left) ? Merge(symbols, merge.pair, merge.token) : symbols))];

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        IEnumerable<byte> BytesOf(int token) => token switch
        {
            < 0 => throw new ArgumentException("negative token"),
            < 256 => [(byte)token],
            _ when token >= 256 + merges.Count => throw new ArgumentException("unknown token"),
            _ => BytesOf(merges[token - 256].Left).Concat(BytesOf(merges[token - 256].Right)),
        };
        return Encoding.UTF8.GetString([.. tokens.SelectMany(BytesOf)]);
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        var totals = lines.Aggregate(
            (Tokens: 0, Runes: 0),
            (sum, line) => (sum.Tokens + Encode(line, merges).Length, sum.Runes + line.EnumerateRunes().Count()));
        return totals.Runes > 0 ? 1.0 * totals.Tokens / totals.Runes : throw new ArgumentException("empty");
    }

    public static Vector<double> SamplingWeights(Vector<double> sizes, double alpha)
    {
        if (alpha is < 0 or > 1 or double.NaN || sizes.Exists(size => size <= 0))
        {
            throw new ArgumentException("sizes above 0, alpha from 0 to 1");
        }

        var powers = sizes.Map(size => Math.Pow(size, alpha), Zeros.Include);
        return powers.Divide(powers.Sum());
    }

    private static IEnumerable<string> Words(string text) => Regex.Split(text, "(?= )").Where(word => word.Length > 0);

    private static int[] Symbols(string word) =>
        Array.ConvertAll(Encoding.GetEncoding("utf-8", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback).GetBytes(word), b => (int)b);
}
