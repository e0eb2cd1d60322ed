namespace Kata012;

/// <summary>
/// Byte pair encoding over the bytes of UTF-8: how merges are learned and applied, what they cost each language, and
/// how sampling shares them out. Sources: Sennrich et al. 2016 (arXiv:1508.07909); for the sampling of languages
/// Conneau and Lample 2019 (arXiv:1901.07291).
/// </summary>
public static class BpeMerges
{
    /// <summary>Task 1. Learns merges: again and again, the most frequent pair of neighbours becomes one token.</summary>
    /// <param name="lines">The text to learn from; a line is cut before every space, and no pair crosses a cut.</param>
    /// <param name="merges">How many merges to learn at most.</param>
    /// <returns>Merge number k joins the tokens Left and Right into token 256 + k; fewer merges than asked for when no
    /// pair occurs twice any more.</returns>
    /// <exception cref="ArgumentException">The number of merges is negative, or a line holds half of a surrogate pair.</exception>
    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(merges);

        var occurrences = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string line in lines)
            foreach (string piece in Cut(line))
                occurrences[piece] = occurrences.GetValueOrDefault(piece) + 1;

        var pieces = new List<List<int>>();
        var weights = new List<long>();
        foreach (var (piece, count) in occurrences)
        {
            pieces.Add(Bytes(piece));
            weights.Add(count);
        }

        var counts = new Dictionary<(int Left, int Right), long>();
        var holders = new Dictionary<(int Left, int Right), HashSet<int>>();
        var learned = new List<(int Left, int Right)>();
        if (merges == 0)
            return learned;
        for (int p = 0; p < pieces.Count; p++)
            Add(p);

        while (learned.Count < merges)
        {
            (int Left, int Right) best = default;
            long bestCount = 0;
            foreach (var (pair, count) in counts)
            {
                if (count > bestCount || (count == bestCount && pair.CompareTo(best) < 0))
                {
                    best = pair;
                    bestCount = count;
                }
            }
            if (bestCount < 2)
                break;

            int token = 256 + learned.Count;
            learned.Add(best);
            foreach (int p in holders[best].ToArray())
            {
                Remove(p);
                Join(pieces[p], best, token);
                Add(p);
            }
        }
        return learned;

        void Add(int p)
        {
            foreach (var pair in Pairs(pieces[p]))
            {
                counts[pair] = counts.GetValueOrDefault(pair) + weights[p];
                if (!holders.TryGetValue(pair, out var set))
                    holders[pair] = set = [];
                set.Add(p);
            }
        }

        void Remove(int p)
        {
            foreach (var pair in Pairs(pieces[p]))
            {
                long left = counts[pair] - weights[p];
                if (left == 0)
                {
                    counts.Remove(pair);
                    holders.Remove(pair);
                }
                else
                {
                    counts[pair] = left;
                    holders[pair].Remove(p);
                }
            }
        }
    }

    /// <summary>Task 2. Cuts a text into tokens by applying the merges in the order in which they were learned.</summary>
    /// <param name="text">Any text; it is cut before every space, as in training.</param>
    /// <param name="merges">What <see cref="Train"/> learned; earlier merges come first.</param>
    /// <returns>Bytes as 0 to 255, the result of merge number k as 256 + k.</returns>
    /// <exception cref="ArgumentException">The text holds half of a surrogate pair.</exception>
    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        return EncodeWith(text, Ranks(merges)).ToArray();
    }

    /// <summary>Task 2. The text behind tokens: all their bytes in order, read as UTF-8.</summary>
    /// <param name="tokens">Tokens as <see cref="Encode"/> gives them, or any part of them.</param>
    /// <param name="merges">The merges that the tokens were made with.</param>
    /// <returns>The text; bytes that are no UTF-8, such as a part of a character, become U+FFFD.</returns>
    /// <exception cref="ArgumentException">A token is negative or not below 256 plus the number of merges.</exception>
    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        var bytes = new List<byte>();
        var stack = new Stack<int>();
        foreach (int token in tokens)
        {
            stack.Push(token);
            while (stack.Count > 0)
            {
                int next = stack.Pop();
                if (next < 0 || next >= 256 + merges.Count)
                    throw new ArgumentException($"There is no token {next}.", nameof(tokens));
                if (next < 256)
                {
                    bytes.Add((byte)next);
                }
                else
                {
                    var (left, right) = merges[next - 256];
                    stack.Push(right);
                    stack.Push(left);
                }
            }
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>Task 3. How many tokens a language needs for each of its characters.</summary>
    /// <param name="lines">Text of one language.</param>
    /// <param name="merges">The merges to encode it with.</param>
    /// <returns>All tokens of all lines, divided by all their Unicode characters (code points, spaces included).</returns>
    /// <exception cref="ArgumentException">The lines have no character, or half of a surrogate pair.</exception>
    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        var ranks = Ranks(merges);
        long tokens = 0, characters = 0;
        foreach (string line in lines)
        {
            tokens += EncodeWith(line, ranks).Count;
            foreach (Rune _ in line.EnumerateRunes())
                characters++;
        }
        if (characters == 0)
            throw new ArgumentException("The lines have no character.", nameof(lines));
        return (double)tokens / characters;
    }

    /// <summary>Task 4. With which probability each language is sampled, so that small ones are not drowned.</summary>
    /// <param name="sizes">How much text there is of each language, in any one unit.</param>
    /// <param name="alpha">1 keeps the shares as they are, 0 makes them equal.</param>
    /// <returns>Each share to the power of alpha, divided by the sum of these powers.</returns>
    /// <exception cref="ArgumentException">A size is not positive, or alpha is not in [0, 1].</exception>
    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        if (!(alpha >= 0 && alpha <= 1))
            throw new ArgumentException("Alpha must be from 0 to 1.", nameof(alpha));
        double[] values = sizes.ToArray();
        if (values.Any(size => !(size > 0)))
            throw new ArgumentException("Sizes must be positive.", nameof(sizes));
        double max = values.Length == 0 ? 1 : values.Max();
        double[] powers = values.Select(size => Math.Pow(size / max, alpha)).ToArray();
        double sum = powers.Sum();
        return Vector<double>.Build.Dense(powers.Select(power => power / sum).ToArray());
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static IEnumerable<string> Cut(string text)
    {
        int start = 0;
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == ' ')
            {
                yield return text[start..i];
                start = i;
            }
        }
        if (text.Length > 0)
            yield return text[start..];
    }

    private static List<int> Bytes(string piece)
    {
        byte[] bytes = StrictUtf8.GetBytes(piece); // EncoderFallbackException is an ArgumentException
        var tokens = new List<int>(bytes.Length);
        foreach (byte b in bytes)
            tokens.Add(b);
        return tokens;
    }

    // The pairs that could be joined, from left to right: aaa holds one pair aa.
    private static IEnumerable<(int Left, int Right)> Pairs(List<int> tokens)
    {
        int lastCounted = -2;
        for (int i = 0; i + 1 < tokens.Count; i++)
        {
            if (lastCounted == i - 1 && tokens[i - 1] == tokens[i] && tokens[i] == tokens[i + 1])
                continue;
            lastCounted = i;
            yield return (tokens[i], tokens[i + 1]);
        }
    }

    private static void Join(List<int> tokens, (int Left, int Right) pair, int joined)
    {
        int write = 0;
        for (int read = 0; read < tokens.Count; write++)
        {
            if (read + 1 < tokens.Count && tokens[read] == pair.Left && tokens[read + 1] == pair.Right)
            {
                tokens[write] = joined;
                read += 2;
            }
            else
            {
                tokens[write] = tokens[read];
                read++;
            }
        }
        tokens.RemoveRange(write, tokens.Count - write);
    }

    private static Dictionary<(int Left, int Right), int> Ranks(IReadOnlyList<(int Left, int Right)> merges)
    {
        var ranks = new Dictionary<(int Left, int Right), int>();
        for (int k = 0; k < merges.Count; k++)
            ranks.TryAdd(merges[k], k);
        return ranks;
    }

    private static List<int> EncodeWith(string text, Dictionary<(int Left, int Right), int> ranks)
    {
        var result = new List<int>();
        foreach (string piece in Cut(text))
        {
            var tokens = Bytes(piece);
            while (true)
            {
                int bestRank = int.MaxValue;
                (int Left, int Right) best = default;
                for (int i = 0; i + 1 < tokens.Count; i++)
                {
                    var pair = (tokens[i], tokens[i + 1]);
                    if (ranks.TryGetValue(pair, out int rank) && rank < bestRank)
                    {
                        bestRank = rank;
                        best = pair;
                    }
                }
                if (bestRank == int.MaxValue)
                    break;
                Join(tokens, best, 256 + bestRank);
            }
            result.AddRange(tokens);
        }
        return result;
    }
}
