using System.Runtime.InteropServices;

namespace Kata012;

/// <summary>
/// Byte pair encoding over the bytes of UTF-8: how merges are learned and applied, what they cost each language, and
/// how sampling shares them out. Sources: Sennrich et al. 2016 (arXiv:1508.07909); for the sampling of languages
/// Conneau and Lample 2019 (arXiv:1901.07291).
/// </summary>
public static class BpeMerges
{
    private const int ByteCount = 256;

    // Refuses half of a surrogate pair instead of replacing it without a word.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Task 1. Learns merges: again and again, the most frequent pair of neighbours becomes one token.</summary>
    /// <param name="lines">The text to learn from; a line is cut before every space, and no pair crosses a cut.</param>
    /// <param name="merges">How many merges to learn at most.</param>
    /// <returns>Merge number k joins the tokens Left and Right into token 256 + k; fewer merges than asked for when no
    /// pair occurs twice any more.</returns>
    /// <exception cref="ArgumentException">The number of merges is negative, or a line holds half of a surrogate pair.</exception>
    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(merges);
        var table = new Dictionary<(int Left, int Right), Occurrences>();
        foreach (var (text, frequency) in lines.SelectMany(Cut).CountBy(piece => piece, StringComparer.Ordinal))
        {
            Update(new Piece(frequency), Bytes(text), newest: 0);
        }

        var learned = new List<(int Left, int Right)>();
        while (learned.Count < merges)
        {
            var (pair, count) = MostFrequent(table);
            if (count < 2)
            {
                break;
            }

            // Only the pieces that hold the pair change: all other counts stay as they are.
            var joined = ByteCount + learned.Count;
            foreach (var piece in table[pair].Pieces)
            {
                int[] tokens = [.. piece.Tokens];
                Update(piece, [.. Join(tokens, pair, joined)], newest: joined);
            }

            learned.Add(pair);
        }

        return learned;

        // Pairs with a token from the newest on are new to a piece. All its others were there before, in the same order,
        // and keep their counts; what stands between those is gone.
        void Update(Piece piece, int[] tokens, int newest)
        {
            using var before = Pairs(piece.Tokens).GetEnumerator();
            foreach (var pair in Pairs(tokens))
            {
                if (Math.Max(pair.Left, pair.Right) >= newest)
                {
                    (CollectionsMarshal.GetValueRefOrAddDefault(table, pair, out _) ??= new()).Add(piece);
                    continue;
                }

                while (before.MoveNext() && before.Current != pair)
                {
                    table[before.Current].Count -= piece.Frequency;
                }
            }

            while (before.MoveNext())
            {
                table[before.Current].Count -= piece.Frequency;
            }

            piece.Tokens = tokens;
        }
    }

    /// <summary>Task 2. Cuts a text into tokens by applying the merges in the order in which they were learned.</summary>
    /// <param name="text">Any text; it is cut before every space, as in training, and no pair is joined across a cut.</param>
    /// <param name="merges">What <see cref="Train"/> learned; earlier merges come first.</param>
    /// <returns>Bytes as 0 to 255, the result of merge number k as 256 + k.</returns>
    /// <exception cref="ArgumentException">The text holds half of a surrogate pair.</exception>
    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges) => EncodeByRank(text, merges, Ranks(merges));

    /// <summary>Task 2. The text behind tokens: all their bytes in order, read as UTF-8.</summary>
    /// <param name="tokens">Tokens as <see cref="Encode"/> gives them, or any part of them.</param>
    /// <param name="merges">The merges that the tokens were made with.</param>
    /// <returns>The text; bytes that are no UTF-8, such as a part of a character, become U+FFFD.</returns>
    /// <exception cref="ArgumentException">A token is negative or not below 256 plus the number of merges.</exception>
    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (token < 0 || token >= ByteCount + merges.Count)
            {
                throw new ArgumentException($"There is no token {token}: with {merges.Count} merges the last is {ByteCount + merges.Count - 1}.", nameof(tokens));
            }

            Expand(token);
        }

        return Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes));

        void Expand(int token)
        {
            if (token < ByteCount)
            {
                bytes.Add((byte)token);
                return;
            }

            var (left, right) = merges[token - ByteCount];
            Expand(left);
            Expand(right);
        }
    }

    /// <summary>Task 3. How many tokens a language needs for each of its characters.</summary>
    /// <param name="lines">Text of one language; each line is encoded by itself.</param>
    /// <param name="merges">The merges to encode it with.</param>
    /// <returns>All tokens of all lines, divided by all their Unicode characters (code points, spaces included).</returns>
    /// <exception cref="ArgumentException">The lines have no character, or half of a surrogate pair.</exception>
    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        var ranks = Ranks(merges);
        long tokens = 0, characters = 0;
        foreach (var line in lines)
        {
            tokens += EncodeByRank(line, merges, ranks).Length;
            characters += line.EnumerateRunes().Count();
        }

        return characters > 0
            ? (double)tokens / characters
            : throw new ArgumentException("Fertility needs at least one character.", nameof(lines));
    }

    /// <summary>Task 4. With which probability each language is sampled, so that small ones are not drowned.</summary>
    /// <param name="sizes">How much text there is of each language, in any one unit.</param>
    /// <param name="alpha">1 keeps the shares as they are, 0 makes them equal.</param>
    /// <returns>Each share to the power of alpha, divided by the sum of these powers.</returns>
    /// <exception cref="ArgumentException">A size is not positive, or alpha is not in [0, 1].</exception>
    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        if (!sizes.All(size => size > 0))
        {
            throw new ArgumentException("Every language needs some text: a size must be positive.", nameof(sizes));
        }

        if (alpha is not (>= 0 and <= 1))
        {
            throw new ArgumentException($"alpha is {alpha}, but must lie between 0 and 1.", nameof(alpha));
        }

        var powers = (sizes / sizes.Sum()).PointwisePower(alpha);
        return powers / powers.Sum();
    }

    /// <summary>The pieces of a text: a new one begins at every space, which belongs to what follows it.</summary>
    private static IEnumerable<string> Cut(string text)
    {
        var start = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == ' ')
            {
                yield return text[start..i];
                start = i;
            }
        }

        yield return text[start..];
    }

    private static int[] Bytes(string piece) => [.. StrictUtf8.GetBytes(piece)];

    /// <summary>The pairs of neighbours that could be joined at the same time: aaa has one pair aa, aaaa has two.</summary>
    private static IEnumerable<(int Left, int Right)> Pairs(int[] tokens)
    {
        var overlaps = false;
        for (var i = 0; i + 1 < tokens.Length; i++)
        {
            overlaps = !overlaps && i > 0 && tokens[i - 1] == tokens[i] && tokens[i] == tokens[i + 1];
            if (!overlaps)
            {
                yield return (tokens[i], tokens[i + 1]);
            }
        }
    }

    /// <summary>The pair with the highest count; among equals the smaller left token, then the smaller right one.</summary>
    private static ((int Left, int Right) Pair, int Count) MostFrequent(Dictionary<(int Left, int Right), Occurrences> table)
    {
        (int Left, int Right) best = default;
        var most = 0;
        foreach (var (pair, occurrences) in table)
        {
            if (occurrences.Count > most || (occurrences.Count == most && pair.CompareTo(best) < 0))
            {
                (best, most) = (pair, occurrences.Count);
            }
        }

        return (best, most);
    }

    private static Dictionary<(int Left, int Right), int> Ranks(IReadOnlyList<(int Left, int Right)> merges) =>
        merges.Index().ToDictionary(merge => merge.Item, merge => merge.Index);

    private static int[] EncodeByRank(
        string text, IReadOnlyList<(int Left, int Right)> merges, Dictionary<(int Left, int Right), int> ranks)
    {
        return [.. Cut(text).SelectMany(piece => EncodePiece(Bytes(piece)))];

        int[] EncodePiece(Span<int> tokens)
        {
            while (true)
            {
                var first = merges.Count;
                for (var i = 0; i + 1 < tokens.Length; i++)
                {
                    first = Math.Min(first, ranks.GetValueOrDefault((tokens[i], tokens[i + 1]), first));
                }

                if (first == merges.Count)
                {
                    return [.. tokens];
                }

                tokens = Join(tokens, merges[first], ByteCount + first);
            }
        }
    }

    /// <summary>Joins a pair in place, wherever it stands, from left to right; returns what is left of the tokens.</summary>
    private static Span<int> Join(Span<int> tokens, (int Left, int Right) pair, int joined)
    {
        var length = 0;
        for (var i = 0; i < tokens.Length; i++)
        {
            var holds = i + 1 < tokens.Length && (tokens[i], tokens[i + 1]) == pair;
            tokens[length++] = holds ? joined : tokens[i];
            i += holds ? 1 : 0;
        }

        return tokens[..length];
    }

    private sealed class Piece(int frequency)
    {
        public int Frequency { get; } = frequency;

        public int[] Tokens { get; set; } = [];
    }

    /// <summary>How often a pair could be joined, and the pieces that hold it, or held it before another merge.</summary>
    private sealed class Occurrences
    {
        public int Count { get; set; }

        public List<Piece> Pieces { get; } = [];

        public void Add(Piece piece)
        {
            Count += piece.Frequency;
            if (Pieces.LastOrDefault() != piece)
            {
                Pieces.Add(piece);
            }
        }
    }
}
