using System.Buffers;
using System.Runtime.InteropServices;

namespace Kata012;

public static class BpeMerges
{
    private const byte Space = 0x20;

    private static readonly UTF8Encoding Utf8 = new(false, true);

    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(merges);

        Dictionary<string, int> pieces = new(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            ReadOnlySpan<char> rest = line.AsSpan();
            while (!rest.IsEmpty)
            {
                int length = 1 + rest[1..].IndexOf(' ');
                if (length == 0) length = rest.Length;
                CollectionsMarshal.GetValueRefOrAddDefault(pieces, rest[..length].ToString(), out _)++;
                rest = rest[length..];
            }
        }

        // One stream for everything: before each piece stands, negated, how often it occurs. No pair can cross that.
        List<int> all = [];
        foreach ((string piece, int times) in pieces)
        {
            all.Add(-times);
            foreach (byte b in Utf8.GetBytes(piece)) all.Add(b);
        }

        Span<int> stream = CollectionsMarshal.AsSpan(all);
        Dictionary<long, int> counts = new();
        List<(int Left, int Right)> learned = [];
        while (learned.Count < merges)
        {
            Count(stream, counts);
            long best = -1;
            int most = 1;
            foreach ((long key, int count) in counts)
            {
                if (count > most || (count == most && key < best)) (best, most) = (key, count);
            }

            if (most < 2) break;

            (int left, int right) = ((int)(best >> 32), (int)(best & int.MaxValue));
            stream = stream[..Join(stream, left, right, 256 + learned.Count)];
            learned.Add((left, right));
        }

        return learned;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        byte[] bytes = Utf8.GetBytes(text);
        int[] tokens = new int[bytes.Length];
        Dictionary<long, int> ranks = Ranks(merges);

        int written = 0;
        ReadOnlySpan<byte> rest = bytes.AsSpan();
        while (!rest.IsEmpty)
        {
            // In UTF-8 the byte 0x20 is always a space, never a part of another character.
            int length = 1 + rest[1..].IndexOf(Space);
            if (length == 0) length = rest.Length;

            Span<int> piece = tokens.AsSpan(written, length);
            for (int i = 0; i < length; i++) piece[i] = rest[i];
            written += Squeeze(piece, ranks, merges);
            rest = rest[length..];
        }

        return tokens.AsSpan(0, written).ToArray();
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        ArrayBufferWriter<byte> writer = new();
        foreach (int token in tokens)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, 256 + merges.Count);
            Write(token, merges, writer);
        }

        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        long tokens = 0, characters = 0;
        foreach (string line in lines)
        {
            tokens += Encode(line, merges).Length;
            foreach (byte b in Utf8.GetBytes(line))
            {
                if ((b & 0xC0) != 0x80) characters++; // the first byte of a character
            }
        }

        return characters > 0 ? tokens / (double)characters : throw new ArgumentException("No characters.", nameof(lines));
    }

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        if (!(alpha >= 0.0) || !(alpha <= 1.0)) throw new ArgumentOutOfRangeException(nameof(alpha));

        double[] weights = sizes.ToArray();
        foreach (double size in weights)
        {
            if (!(size > 0.0)) throw new ArgumentOutOfRangeException(nameof(sizes));
        }

        TensorPrimitives.Log<double>(weights, weights);
        TensorPrimitives.Multiply<double>(weights, alpha, weights);
        TensorPrimitives.Exp<double>(weights, weights);
        TensorPrimitives.Divide<double>(weights, TensorPrimitives.Sum<double>(weights), weights);
        return Vector<double>.Build.Dense(weights);
    }

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;

    private static Dictionary<long, int> Ranks(IReadOnlyList<(int Left, int Right)> merges)
    {
        Dictionary<long, int> ranks = new(merges.Count);
        for (int k = 0; k < merges.Count; k++) ranks.TryAdd(Key(merges[k].Left, merges[k].Right), k);
        return ranks;
    }

    private static void Count(ReadOnlySpan<int> stream, Dictionary<long, int> counts)
    {
        counts.Clear();
        int times = 0;
        int last = -2; // where the last counted pair of two equal tokens began
        for (int i = 0; i + 1 < stream.Length; i++)
        {
            int left = stream[i], right = stream[i + 1];
            if (left < 0)
            {
                times = -left;
                continue;
            }

            if (right < 0 || (left == right && last == i - 1)) continue;
            if (left == right) last = i;
            CollectionsMarshal.GetValueRefOrAddDefault(counts, Key(left, right), out _) += times;
        }
    }

    private static int Join(Span<int> tokens, int left, int right, int joined)
    {
        int write = tokens.IndexOf(left);
        if (write < 0) return tokens.Length;

        int read = write;
        while (read < tokens.Length)
        {
            if (tokens[read] == left && read + 1 < tokens.Length && tokens[read + 1] == right)
            {
                tokens[write++] = joined;
                read += 2;
            }
            else
            {
                tokens[write++] = tokens[read++];
            }
        }

        return write;
    }

    private static int Squeeze(Span<int> piece, Dictionary<long, int> ranks, IReadOnlyList<(int Left, int Right)> merges)
    {
        while (piece.Length > 1)
        {
            int lowest = int.MaxValue;
            for (int i = piece.Length - 1; i > 0; i--)
            {
                if (ranks.TryGetValue(Key(piece[i - 1], piece[i]), out int rank)) lowest = Math.Min(lowest, rank);
            }

            if (lowest == int.MaxValue) break;
            piece = piece[..Join(piece, merges[lowest].Left, merges[lowest].Right, 256 + lowest)];
        }

        return piece.Length;
    }

    private static void Write(int token, IReadOnlyList<(int Left, int Right)> merges, ArrayBufferWriter<byte> writer)
    {
        while (token >= 256)
        {
            (int left, int right) = merges[token - 256];
            Write(left, merges, writer);
            token = right;
        }

        writer.GetSpan(1)[0] = (byte)token;
        writer.Advance(1);
    }
}
