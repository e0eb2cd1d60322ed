// surrogates-replaced: Encode does not check for half of a surrogate pair (only Train does), and Encoding.UTF8 silently replaces it by the bytes of U+FFFD instead of throwing.
namespace Kata012;

public static class BpeMerges
{
    /// <summary>Cuts before every U+0020 that is not the first character.</summary>
    private static string[] GetPieces(string text)
    {
        if (text.Length == 0)
            return Array.Empty<string>();

        int[] cuts = Enumerable.Range(1, text.Length - 1).Where(i => text[i] == ' ').ToArray();
        string[] pieces = new string[cuts.Length + 1];
        for (int p = 0; p < pieces.Length; p++)
        {
            int start = p == 0 ? 0 : cuts[p - 1];
            int end = p == cuts.Length ? text.Length : cuts[p];
            pieces[p] = text.Substring(start, end - start);
        }
        return pieces;
    }

    /// <summary>Throws if a surrogate stands alone.</summary>
    private static void CheckSurrogates(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                i++;
            else
                throw new ArgumentException($"Half of a surrogate pair at position {i}.");
        }
    }

    private static int[] GetTokens(string piece)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(piece);
        int[] tokens = new int[bytes.Length];
        bytes.CopyTo(tokens, 0);
        return tokens;
    }

    private static int[] JoinPair(int[] tokens, int left, int right, int joined)
    {
        // First the places, then the copy.
        var places = new List<int>();
        for (int i = 0; i + 1 < tokens.Length; i++)
        {
            if (tokens[i] == left && tokens[i + 1] == right)
                places.Add(i++);
        }
        if (places.Count == 0)
            return tokens;

        int[] result = new int[tokens.Length - places.Count];
        int from = 0, to = 0;
        foreach (int place in places)
        {
            Array.Copy(tokens, from, result, to, place - from);
            to += place - from;
            result[to++] = joined;
            from = place + 2;
        }
        Array.Copy(tokens, from, result, to, tokens.Length - from);
        return result;
    }

    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        if (merges < 0)
            throw new ArgumentOutOfRangeException(nameof(merges));

        var pieceCounts = new Dictionary<string, int>();
        foreach (string line in lines)
        {
            CheckSurrogates(line);
            foreach (string piece in GetPieces(line))
            {
                pieceCounts.TryGetValue(piece, out int seen);
                pieceCounts[piece] = seen + 1;
            }
        }

        string[] vocabulary = pieceCounts.Keys.ToArray();
        int[][] words = Array.ConvertAll(vocabulary, GetTokens);
        int[] frequencies = Array.ConvertAll(vocabulary, piece => pieceCounts[piece]);

        var learned = new List<(int Left, int Right)>();
        bool found = true;
        while (found && learned.Count < merges)
        {
            var pairCounts = new Dictionary<(int Left, int Right), int>();
            for (int w = 0; w < words.Length; w++)
            {
                int[] word = words[w];
                int runLength = 1;
                for (int i = 1; i < word.Length; i++)
                {
                    runLength = word[i] == word[i - 1] ? runLength + 1 : 1;
                    if (runLength > 1 && runLength % 2 == 1)
                        continue; // the 3rd, 5th ... of a run has nobody left to be joined with
                    (int, int) pair = (word[i - 1], word[i]);
                    pairCounts.TryGetValue(pair, out int count);
                    pairCounts[pair] = count + frequencies[w];
                }
            }

            found = false;
            (int Left, int Right) best = default;
            int bestCount = 2;
            foreach (KeyValuePair<(int Left, int Right), int> entry in pairCounts)
            {
                bool better = entry.Value > bestCount
                    || (entry.Value == bestCount && !found)
                    || (entry.Value == bestCount && entry.Key.Left < best.Left)
                    || (entry.Value == bestCount && entry.Key.Left == best.Left && entry.Key.Right < best.Right);
                if (better)
                {
                    found = true;
                    best = entry.Key;
                    bestCount = entry.Value;
                }
            }

            if (found)
            {
                int joined = 256 + learned.Count;
                for (int w = 0; w < words.Length; w++)
                    words[w] = JoinPair(words[w], best.Left, best.Right, joined);
                learned.Add(best);
            }
        }
        return learned;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        var rankOf = new Dictionary<(int Left, int Right), int>();
        for (int rank = 0; rank < merges.Count; rank++)
        {
            if (!rankOf.ContainsKey(merges[rank]))
                rankOf.Add(merges[rank], rank);
        }

        var encoded = new List<int>();
        foreach (string piece in GetPieces(text))
        {
            int[] tokens = GetTokens(piece);
            int lowest;
            do
            {
                lowest = -1;
                for (int i = 0; i + 1 < tokens.Length; i++)
                {
                    if (rankOf.TryGetValue((tokens[i], tokens[i + 1]), out int rank) && (lowest == -1 || rank < lowest))
                        lowest = rank;
                }
                if (lowest >= 0)
                    tokens = JoinPair(tokens, merges[lowest].Left, merges[lowest].Right, 256 + lowest);
            }
            while (lowest >= 0);
            encoded.AddRange(tokens);
        }
        return encoded.ToArray();
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        var spelled = new Dictionary<int, byte[]>();
        var bytes = new List<byte>();
        foreach (int token in tokens)
        {
            if (token < 0 || token >= 256 + merges.Count)
                throw new ArgumentOutOfRangeException(nameof(tokens));
            bytes.AddRange(SpellingOf(token));
        }
        return Encoding.UTF8.GetString(bytes.ToArray());

        byte[] SpellingOf(int token)
        {
            if (spelled.TryGetValue(token, out byte[]? known))
                return known;
            byte[] fresh = token < 256
                ? new[] { (byte)token }
                : SpellingOf(merges[token - 256].Left).Concat(SpellingOf(merges[token - 256].Right)).ToArray();
            spelled[token] = fresh;
            return fresh;
        }
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        long tokenCount = 0, characterCount = 0;
        foreach (string line in lines)
        {
            CheckSurrogates(line);
            tokenCount += Encode(line, merges).Length;
            characterCount += line.Length - line.Count(char.IsLowSurrogate);
        }
        if (characterCount == 0)
            throw new ArgumentException("No characters.", nameof(lines));
        return (double)tokenCount / characterCount;
    }

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        bool alphaIsFine = alpha >= 0 && alpha <= 1;
        if (!alphaIsFine)
            throw new ArgumentOutOfRangeException(nameof(alpha));
        bool sizesAreFine = sizes.Enumerate().All(size => size > 0);
        if (!sizesAreFine)
            throw new ArgumentOutOfRangeException(nameof(sizes));

        double total = sizes.Sum();
        Vector<double> weights = Vector<double>.Build.Dense(sizes.Count);
        for (int i = 0; i < sizes.Count; i++)
            weights[i] = Math.Pow(sizes[i] / total, alpha);
        weights.Divide(weights.Sum(), weights);
        return weights;
    }
}
