namespace Kata012;

public static class BpeMerges
{
    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        if (merges < 0)
        {
            throw new ArgumentException("the number of merges cannot be negative");
        }

        var frequencies = new Dictionary<string, int>();
        foreach (var line in lines)
        {
            foreach (var piece in Split(line))
            {
                frequencies.TryGetValue(piece, out var seen);
                frequencies[piece] = seen + 1;
            }
        }

        var words = new List<(List<int> Symbols, int Frequency)>();
        foreach (var (piece, frequency) in frequencies)
        {
            words.Add((ToBytes(piece), frequency));
        }

        var result = new List<(int Left, int Right)>();
        while (result.Count < merges)
        {
            var counts = new Dictionary<long, int>();
            foreach (var (symbols, frequency) in words)
            {
                var lastStart = -2;
                for (var i = 0; i + 1 < symbols.Count; i++)
                {
                    // In aaa the second pair would use the middle a again.
                    var sameAsBefore = i > 0 && lastStart == i - 1 && symbols[lastStart] == symbols[i] && symbols[i] == symbols[i + 1];
                    if (sameAsBefore)
                    {
                        continue;
                    }

                    lastStart = i;
                    var key = ((long)symbols[i] << 32) | (uint)symbols[i + 1];
                    counts.TryGetValue(key, out var count);
                    counts[key] = count + frequency;
                }
            }

            long best = 0;
            var most = 1;
            foreach (var (key, count) in counts)
            {
                if (count > most || (count == most && most > 1 && key < best))
                {
                    best = key;
                    most = count;
                }
            }

            if (most < 2)
            {
                break;
            }

            var pair = ((int)(best >> 32), (int)(best & 0xFFFFFFFF));
            foreach (var (symbols, _) in words)
            {
                Replace(symbols, pair, 256 + result.Count);
            }

            result.Add(pair);
        }

        return result;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        var tokens = new List<int>();
        foreach (var piece in Split(text))
        {
            var symbols = ToBytes(piece);
            for (var rank = 0; rank < merges.Count && symbols.Count > 1; rank++)
            {
                Replace(symbols, merges[rank], 256 + rank);
            }

            tokens.AddRange(symbols);
        }

        return tokens.ToArray();
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        var table = new byte[256 + merges.Count][];
        for (var id = 0; id < table.Length; id++)
        {
            table[id] = id < 256 ? [(byte)id] : [.. table[merges[id - 256].Left], .. table[merges[id - 256].Right]];
        }

        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (token < 0 || token >= table.Length)
            {
                throw new ArgumentOutOfRangeException(nameof(tokens), $"no token {token}");
            }

            bytes.AddRange(table[token]);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        double tokens = 0;
        double characters = 0;
        foreach (var line in lines)
        {
            tokens += Encode(line, merges).Length;
            foreach (var unit in line)
            {
                characters += char.IsLowSurrogate(unit) ? 0 : 1;
            }
        }

        if (characters == 0)
        {
            throw new ArgumentException("no text");
        }

        return tokens / characters;
    }

    public static Vector<double> SamplingWeights(Vector<double> sizes, double alpha)
    {
        if (!(alpha >= 0) || alpha > 1)
        {
            throw new ArgumentOutOfRangeException(nameof(alpha));
        }

        var weights = new double[sizes.Count];
        double sum = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (!(sizes[i] > 0))
            {
                throw new ArgumentException("every language needs text");
            }

            weights[i] = Math.Exp(alpha * Math.Log(sizes[i]));
            sum += weights[i];
        }

        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] /= sum;
        }

        return Vector<double>.Build.Dense(weights);
    }

    private static List<string> Split(string text)
    {
        var pieces = new List<string>();
        var current = new StringBuilder();
        foreach (var unit in text)
        {
            if (unit == ' ' && current.Length > 0)
            {
                pieces.Add(current.ToString());
                current.Clear();
            }

            current.Append(unit);
        }

        if (current.Length > 0)
        {
            pieces.Add(current.ToString());
        }

        return pieces;
    }

    private static List<int> ToBytes(string piece)
    {
        var symbols = new List<int>();
        for (var i = 0; i < piece.Length; i++)
        {
            if (!Rune.TryGetRuneAt(piece, i, out var rune))
            {
                throw new ArgumentException($"half of a surrogate pair at {i}");
            }

            Span<byte> buffer = stackalloc byte[4];
            foreach (var value in buffer[..rune.EncodeToUtf8(buffer)])
            {
                symbols.Add(value);
            }

            i += rune.Utf16SequenceLength - 1;
        }

        return symbols;
    }

    private static void Replace(List<int> symbols, (int Left, int Right) pair, int joined)
    {
        var kept = 0;
        for (var i = 0; i < symbols.Count; i++)
        {
            if (i + 1 < symbols.Count && symbols[i] == pair.Left && symbols[i + 1] == pair.Right)
            {
                symbols[kept++] = joined;
                i++;
            }
            else
            {
                symbols[kept++] = symbols[i];
            }
        }

        symbols.RemoveRange(kept, symbols.Count - kept);
    }
}
