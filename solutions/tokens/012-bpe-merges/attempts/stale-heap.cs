// outdated-counts: counts that fall leave their old entries in the priority queue, and an entry is taken without comparing it with the current count, so a pair can win with a count it no longer has.
using System.Runtime.InteropServices;

namespace Kata012;

public static class BpeMerges
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(merges);

        var state = new TrainingState();
        Dictionary<string, int> frequency = new();
        foreach (var line in lines)
            foreach (var piece in SplitBeforeSpaces(line))
                CollectionsMarshal.GetValueRefOrAddDefault(frequency, piece, out _)++;
        foreach (var (piece, times) in frequency)
            state.AddWord(ToTokens(piece), times);

        state.Start();
        var learned = new List<(int Left, int Right)>();
        while (learned.Count < merges && state.Next() is { } pair)
        {
            state.Merge(pair, 256 + learned.Count);
            learned.Add(pair);
        }
        return learned;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        var output = new List<int>();
        var rank = RanksOf(merges);
        foreach (var piece in SplitBeforeSpaces(text))
            output.AddRange(Reduce(ToTokens(piece), rank, merges));
        return [.. output];
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        var bytes = new List<byte>();
        var todo = new Stack<int>();
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)(256 + merges.Count))
                throw new ArgumentOutOfRangeException(nameof(tokens), token, null);

            for (todo.Push(token); todo.TryPop(out var top);)
            {
                if (top < 256)
                {
                    bytes.Add((byte)top);
                    continue;
                }
                todo.Push(merges[top - 256].Right);
                todo.Push(merges[top - 256].Left);
            }
        }
        return Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes));
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        var rank = RanksOf(merges);
        long tokens = 0, runes = 0;
        foreach (var line in lines)
        {
            foreach (var piece in SplitBeforeSpaces(line))
                tokens += Reduce(ToTokens(piece), rank, merges).Length;
            runes += line.EnumerateRunes().LongCount();
        }
        if (runes == 0)
            throw new ArgumentException("At least one character is needed.", nameof(lines));
        return tokens * 1.0 / runes;
    }

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        if (!(alpha >= 0) || alpha > 1)
            throw new ArgumentOutOfRangeException(nameof(alpha));
        for (var i = 0; i < sizes.Count; i++)
        {
            if (double.IsNaN(sizes[i]) || sizes[i] <= 0)
                throw new ArgumentOutOfRangeException(nameof(sizes));
        }

        var logs = sizes.Map(n => alpha * Math.Log(n));
        var top = logs.Maximum();
        var scaled = logs.Map(x => Math.Exp(x - top));
        return scaled.Divide(scaled.Sum());
    }

    private sealed class TrainingState
    {
        private readonly List<int[]> words = [];
        private readonly List<int> times = [];
        private readonly Dictionary<(int Left, int Right), int> counts = new();
        private readonly Dictionary<(int Left, int Right), HashSet<int>> homes = new();
        private readonly PriorityQueue<(int Left, int Right), (int Negative, int Left, int Right)> queue = new();

        public void AddWord(int[] tokens, int frequency)
        {
            words.Add(tokens);
            times.Add(frequency);
        }

        public void Start()
        {
            var delta = new Dictionary<(int Left, int Right), int>();
            for (var w = 0; w < words.Count; w++)
                Add(w, delta);
            Apply(delta);
        }

        public (int Left, int Right)? Next()
        {
            while (queue.TryDequeue(out var pair, out _))
            {
                if (counts.TryGetValue(pair, out var count) && count >= 2)
                    return pair;
            }
            return null;
        }

        public void Merge((int Left, int Right) pair, int token)
        {
            var delta = new Dictionary<(int Left, int Right), int>();
            if (homes.Remove(pair, out var affected))
            {
                foreach (var w in affected)
                {
                    foreach (var old in Neighbours(words[w]))
                        CollectionsMarshal.GetValueRefOrAddDefault(delta, old, out _) -= times[w];
                    words[w] = Replace(words[w], pair, token);
                    Add(w, delta);
                }
            }
            Apply(delta);
        }

        private void Add(int w, Dictionary<(int Left, int Right), int> delta)
        {
            foreach (var pair in Neighbours(words[w]))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(delta, pair, out _) += times[w];
                if (!homes.TryGetValue(pair, out var home))
                    homes[pair] = home = new HashSet<int>();
                home.Add(w);
            }
        }

        private void Apply(Dictionary<(int Left, int Right), int> delta)
        {
            foreach (var (pair, change) in delta)
            {
                if (change == 0)
                    continue;
                var count = counts.GetValueOrDefault(pair) + change;
                counts[pair] = count;
                if (count >= 2)
                    queue.Enqueue(pair, (-count, pair.Left, pair.Right));
            }
        }
    }

    private static List<(int Left, int Right)> Neighbours(int[] tokens)
    {
        var pairs = new List<(int Left, int Right)>(tokens.Length);
        for (int i = 0, twinsFrom = -2; i + 1 < tokens.Length; i++)
        {
            if (tokens[i] == tokens[i + 1])
            {
                if (twinsFrom == i - 1)
                    continue;
                twinsFrom = i;
            }
            pairs.Add((tokens[i], tokens[i + 1]));
        }
        return pairs;
    }

    private static int[] Replace(int[] tokens, (int Left, int Right) pair, int token)
    {
        var shorter = new int[tokens.Length];
        var n = 0;
        for (var i = 0; i < tokens.Length; n++)
        {
            if (i < tokens.Length - 1 && (tokens[i], tokens[i + 1]) == pair)
            {
                shorter[n] = token;
                i += 2;
            }
            else
            {
                shorter[n] = tokens[i];
                i += 1;
            }
        }
        return shorter[..n];
    }

    private static int[] Reduce(int[] tokens, Dictionary<(int Left, int Right), int> rank, IReadOnlyList<(int Left, int Right)> merges)
    {
        for (; ; )
        {
            var first = merges.Count;
            foreach (var pair in Neighbours(tokens))
            {
                if (rank.TryGetValue(pair, out var r))
                    first = Math.Min(first, r);
            }
            if (first == merges.Count)
                return tokens;
            tokens = Replace(tokens, merges[first], 256 + first);
        }
    }

    private static Dictionary<(int Left, int Right), int> RanksOf(IReadOnlyList<(int Left, int Right)> merges)
    {
        var rank = new Dictionary<(int Left, int Right), int>();
        for (var k = 0; k < merges.Count; k++)
            rank.TryAdd(merges[k], k);
        return rank;
    }

    private static IEnumerable<string> SplitBeforeSpaces(string text)
    {
        for (int begin = 0, end; begin < text.Length; begin = end)
        {
            end = text.IndexOf(' ', begin + 1);
            if (end == -1)
                end = text.Length;
            yield return text[begin..end];
        }
    }

    private static int[] ToTokens(string piece) => Array.ConvertAll(Utf8.GetBytes(piece), b => (int)b);
}
