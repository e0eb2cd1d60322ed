// cut-at-any-white-space: the text is cut before every white-space character (tab, line break, U+3000 and the like), not only before U+0020 (Encode uses the same cut).
using System.Runtime.InteropServices;

namespace Kata012;

public static class BpeMerges
{
    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentOutOfRangeException.ThrowIfNegative(merges);

        // Every piece occupies a slice of one array; a slice shrinks in place when its tokens are joined.
        List<int> pool = [];
        List<(int Start, int Length)> slices = [];
        foreach (string line in lines)
        {
            ReadOnlySpan<char> remaining = line;
            while (remaining.Length > 0)
            {
                ReadOnlySpan<char> piece = remaining[..PieceLength(remaining)];
                remaining = remaining[piece.Length..];
                int start = pool.Count;
                AppendBytes(piece, pool);
                slices.Add((start, pool.Count - start));
            }
        }

        Span<int> tokens = CollectionsMarshal.AsSpan(pool);
        List<(int Left, int Right)> learned = [];
        Dictionary<(int Left, int Right), int> histogram = new();
        while (learned.Count < merges)
        {
            histogram.Clear();
            foreach ((int start, int length) in slices)
            {
                AddPairs(tokens.Slice(start, length), histogram);
            }

            (int Left, int Right) best = (int.MaxValue, int.MaxValue);
            int most = 2;
            foreach (var (pair, count) in histogram)
            {
                if (count < most) continue;
                if (count == most && pair.CompareTo(best) > 0) continue;
                best = pair;
                most = count;
            }

            if (best.Left == int.MaxValue) break;

            for (int s = 0; s < slices.Count; s++)
            {
                (int start, int length) = slices[s];
                slices[s] = (start, Compact(tokens.Slice(start, length), best, 256 + learned.Count));
            }

            learned.Add(best);
        }

        return learned;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        Dictionary<(int Left, int Right), int> ranks = new();
        for (int k = 0; k < merges.Count; k++)
        {
            ranks.TryAdd(merges[k], k);
        }

        List<int> encoded = [];
        List<int> scratch = [];
        ReadOnlySpan<char> remaining = text;
        while (remaining.Length > 0)
        {
            int length = PieceLength(remaining);
            scratch.Clear();
            AppendBytes(remaining[..length], scratch);
            remaining = remaining[length..];

            Span<int> piece = CollectionsMarshal.AsSpan(scratch);
            while (true)
            {
                int rank = int.MaxValue;
                for (int i = 0; i + 1 < piece.Length; i++)
                {
                    rank = Math.Min(rank, ranks.GetValueOrDefault((piece[i], piece[i + 1]), int.MaxValue));
                }

                if (rank == int.MaxValue) break;
                piece = piece[..Compact(piece, merges[rank], 256 + rank)];
            }

            foreach (int token in piece)
            {
                encoded.Add(token);
            }
        }

        return encoded.ToArray();
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        List<byte> bytes = [];
        foreach (int token in tokens)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token, nameof(tokens));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(token, 255 + merges.Count, nameof(tokens));
            Unfold(token);
        }

        return Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes));

        void Unfold(int token)
        {
            while (token > 255)
            {
                Unfold(merges[token - 256].Left);
                token = merges[token - 256].Right;
            }

            bytes.Add((byte)token);
        }
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        long tokens = 0;
        long characters = 0;
        foreach (string line in lines)
        {
            tokens += Encode(line, merges).Length;
            for (ReadOnlySpan<char> rest = line; !rest.IsEmpty; characters++)
            {
                Rune.DecodeFromUtf16(rest, out _, out int used);
                rest = rest[used..];
            }
        }

        if (characters == 0) throw new ArgumentException("No text.", nameof(lines));
        return (double)tokens / characters;
    }

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        if (double.IsNaN(alpha) || alpha is < 0 or > 1) throw new ArgumentOutOfRangeException(nameof(alpha));

        double[] shares = sizes.ToArray();
        if (!(TensorPrimitives.Min<double>(shares) > 0)) throw new ArgumentOutOfRangeException(nameof(sizes));

        double[] weights = new double[shares.Length];
        TensorPrimitives.Pow<double>(shares, alpha, weights);
        TensorPrimitives.Multiply<double>(weights, 1 / TensorPrimitives.Sum<double>(weights), weights);
        return Vector<double>.Build.Dense(weights);
    }

    private static int PieceLength(ReadOnlySpan<char> text)
    {
        int length = 1;
        while (length < text.Length && !char.IsWhiteSpace(text[length])) length++;
        return length;
    }

    private static void AppendBytes(ReadOnlySpan<char> piece, List<int> target)
    {
        Span<byte> one = stackalloc byte[4];
        while (!piece.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(piece, out Rune rune, out int used) != System.Buffers.OperationStatus.Done)
            {
                throw new ArgumentException("Half of a surrogate pair.");
            }

            int written = rune.EncodeToUtf8(one);
            for (int i = 0; i < written; i++) target.Add(one[i]);
            piece = piece[used..];
        }
    }

    private static void AddPairs(ReadOnlySpan<int> piece, Dictionary<(int Left, int Right), int> histogram)
    {
        int i = 0;
        int free = 0; // the first token that the last pair of twins does not use
        while (i + 1 < piece.Length)
        {
            bool twins = piece[i] == piece[i + 1];
            if (!twins || i >= free)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(histogram, (piece[i], piece[i + 1]), out _)++;
                if (twins) free = i + 2;
            }

            i++;
        }
    }

    private static int Compact(Span<int> piece, (int Left, int Right) pair, int token)
    {
        int kept = 0;
        for (int i = 0; i < piece.Length; i++)
        {
            if (piece[i] == pair.Left && i + 1 < piece.Length && piece[i + 1] == pair.Right)
            {
                piece[kept++] = token;
                i++;
                continue;
            }

            piece[kept++] = piece[i];
        }

        return kept;
    }
}
