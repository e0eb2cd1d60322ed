// none: AsArray gives the array inside the vector, not a copy, so the powers and the quotients are written over the caller's sizes.
namespace Kata012;

public static class BpeMerges
{
    private static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, true);

    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(merges);

        Dictionary<string, int> index = new(StringComparer.Ordinal);
        List<int[]> words = new();
        List<int> repeats = new();
        foreach (string line in lines)
        {
            foreach (Range range in Cuts(line))
            {
                string piece = line[range];
                if (index.TryGetValue(piece, out int at))
                {
                    repeats[at] += 1;
                    continue;
                }

                index.Add(piece, words.Count);
                words.Add(Widen(Utf8.GetBytes(piece)));
                repeats.Add(1);
            }
        }

        List<(int Left, int Right)> learned = new();
        while (learned.Count < merges)
        {
            // followers[left][right] is the count of the pair
            Dictionary<int, Dictionary<int, int>> followers = new();
            for (int w = 0; w < words.Count; w++)
            {
                CountInto(followers, words[w], repeats[w]);
            }

            int bestLeft = 0, bestRight = 0, bestCount = 0;
            foreach (int left in followers.Keys.Order())
            {
                foreach ((int right, int count) in followers[left])
                {
                    bool sameLeftButSmaller = count == bestCount && left == bestLeft && right < bestRight;
                    if (count > bestCount || sameLeftButSmaller)
                    {
                        (bestLeft, bestRight, bestCount) = (left, right, count);
                    }
                }
            }

            if (bestCount < 2)
            {
                break;
            }

            for (int w = 0; w < words.Count; w++)
            {
                words[w] = Contract(words[w], bestLeft, bestRight, 256 + learned.Count);
            }

            learned.Add((bestLeft, bestRight));
        }

        return learned;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        Dictionary<int, Dictionary<int, int>> ranks = new();
        for (int k = 0; k < merges.Count; k++)
        {
            if (!ranks.TryGetValue(merges[k].Left, out Dictionary<int, int>? row))
            {
                ranks.Add(merges[k].Left, row = new Dictionary<int, int>());
            }

            row.TryAdd(merges[k].Right, k);
        }

        List<int[]> parts = new();
        foreach (Range range in Cuts(text))
        {
            int[] piece = Widen(Utf8.GetBytes(text[range]));
            int rank;
            while ((rank = Lowest(piece, ranks)) >= 0)
            {
                piece = Contract(piece, merges[rank].Left, merges[rank].Right, 256 + rank);
            }

            parts.Add(piece);
        }

        return parts.SelectMany(part => part).ToArray();
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        int[] all = tokens.ToArray();
        if (all.Any(token => token < 0 || token >= 256 + merges.Count))
        {
            throw new ArgumentOutOfRangeException(nameof(tokens));
        }

        // Splits every merged token into its two parts until only bytes are left.
        while (all.Any(token => token > 255))
        {
            List<int> split = new(2 * all.Length);
            foreach (int token in all)
            {
                if (token > 255)
                {
                    split.Add(merges[token - 256].Left);
                    split.Add(merges[token - 256].Right);
                }
                else
                {
                    split.Add(token);
                }
            }

            all = split.ToArray();
        }

        return Encoding.UTF8.GetString(Array.ConvertAll(all, token => (byte)token));
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        long[] totals = new long[2];
        foreach (string line in lines)
        {
            totals[0] += Encode(line, merges).LongLength;
            for (int i = 0; i < line.Length; i += char.IsSurrogatePair(line, i) ? 2 : 1)
            {
                totals[1]++;
            }
        }

        return totals[1] switch
        {
            0 => throw new ArgumentException("Fertility needs at least one character.", nameof(lines)),
            long characters => (double)totals[0] / characters,
        };
    }

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        if (!(alpha >= 0 && alpha <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha));
        }

        double[] weights = sizes.AsArray() ?? sizes.ToArray();
        if (Array.Exists(weights, size => !(size > 0)))
        {
            throw new ArgumentException("All sizes must be positive.", nameof(sizes));
        }

        TensorPrimitives.Pow<double>(weights, alpha, weights);
        double sum = TensorPrimitives.Sum<double>(weights);
        TensorPrimitives.Divide<double>(weights, sum, weights);
        return Vector<double>.Build.DenseOfArray(weights);
    }

    private static List<Range> Cuts(string text)
    {
        List<Range> ranges = new();
        int end = text.Length;
        while (end > 0)
        {
            int start = Math.Max(0, text.LastIndexOf(' ', end - 1));
            ranges.Add(start..end);
            end = start;
        }

        ranges.Reverse();
        return ranges;
    }

    private static int[] Widen(byte[] bytes)
    {
        int[] tokens = new int[bytes.Length];
        TensorPrimitives.ConvertTruncating<byte, int>(bytes, tokens);
        return tokens;
    }

    private static void CountInto(Dictionary<int, Dictionary<int, int>> followers, int[] word, int repeats)
    {
        bool twinsBefore = false;
        for (int i = 0; i < word.Length - 1; i++)
        {
            bool twins = word[i] == word[i + 1];
            if (twins && twinsBefore)
            {
                twinsBefore = false;
                continue;
            }

            twinsBefore = twins;
            if (!followers.TryGetValue(word[i], out Dictionary<int, int>? row))
            {
                row = new Dictionary<int, int>();
                followers.Add(word[i], row);
            }

            row[word[i + 1]] = row.GetValueOrDefault(word[i + 1]) + repeats;
        }
    }

    private static int[] Contract(int[] word, int left, int right, int joined)
    {
        int write = Array.IndexOf(word, left);
        if (write < 0)
        {
            return word;
        }

        int[] result = new int[word.Length];
        Array.Copy(word, result, write);
        for (int read = write; read < word.Length; read++)
        {
            if (read < word.Length - 1 && word[read] == left && word[read + 1] == right)
            {
                result[write++] = joined;
                read++;
            }
            else
            {
                result[write++] = word[read];
            }
        }

        return write == word.Length ? word : result.AsSpan(0, write).ToArray();
    }

    private static int Lowest(int[] piece, Dictionary<int, Dictionary<int, int>> ranks)
    {
        int lowest = -1;
        for (int i = 0; i < piece.Length - 1; i++)
        {
            if (ranks.TryGetValue(piece[i], out Dictionary<int, int>? row)
                && row.TryGetValue(piece[i + 1], out int rank)
                && (lowest < 0 || rank < lowest))
            {
                lowest = rank;
            }
        }

        return lowest;
    }
}
