namespace Kata012;

public static class BpeMerges
{
    private sealed record Word(long Weight)
    {
        public LinkedList<int> Symbols { get; } = new();
    }

    // A count can only fall while its pair waits, so a queued count is an upper bound: whoever comes out with an
    // outdated one goes back with the true one.
    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        if (int.IsNegative(merges))
        {
            throw new ArgumentOutOfRangeException(nameof(merges));
        }

        var words = new List<Word>();
        foreach (var group in lines.SelectMany(Pieces).GroupBy(bytes => Convert.ToHexString(bytes)))
        {
            var word = new Word(group.LongCount());
            foreach (var symbol in group.First())
            {
                word.Symbols.AddLast(symbol);
            }

            words.Add(word);
        }

        var where = new Dictionary<(int Left, int Right), HashSet<Word>>();
        var queue = new PriorityQueue<(int Left, int Right), (long, int, int)>();
        Queue(words, _ => true);
        var learned = new List<(int Left, int Right)>();
        while (learned.Count < merges && queue.TryDequeue(out var pair, out var priority))
        {
            var count = where[pair].Sum(word => word.Weight * Occurrences(word.Symbols, pair));
            if (count != -priority.Item1)
            {
                queue.Enqueue(pair, (-count, pair.Left, pair.Right));
                continue;
            }

            if (count < 2)
            {
                return learned;
            }

            var joined = learned.Count + 256;
            learned.Add(pair);
            foreach (var word in where[pair])
            {
                for (var node = word.Symbols.First; node?.Next is { } next; node = node.Next)
                {
                    if (node.Value == pair.Left && next.Value == pair.Right)
                    {
                        node.Value = joined;
                        word.Symbols.Remove(next);
                    }
                }
            }

            Queue(where[pair], candidate => candidate.Left == joined || candidate.Right == joined);
        }

        return learned;

        void Queue(IEnumerable<Word> changed, Func<(int Left, int Right), bool> isNew)
        {
            var found = new Dictionary<(int Left, int Right), long>();
            foreach (var word in changed)
            {
                foreach (var pair in word.Symbols.Zip(word.Symbols.Skip(1)).Where(isNew).Distinct())
                {
                    found[pair] = found.GetValueOrDefault(pair) + (word.Weight * Occurrences(word.Symbols, pair));
                    (where.TryGetValue(pair, out var set) ? set : where[pair] = []).Add(word);
                }
            }

            foreach (var ((left, right), count) in found)
            {
                queue.Enqueue((left, right), (-count, left, right));
            }
        }
    }

    private static int Occurrences(LinkedList<int> symbols, (int Left, int Right) pair)
    {
        var found = 0;
        for (var node = symbols.First; node?.Next is not null; node = node.Next)
        {
            if ((node.Value, node.Next.Value) == pair)
            {
                found++;
                node = node.Next;
            }
        }

        return found;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        var rank = new Dictionary<(int, int), int>();
        for (var i = 0; i < merges.Count; i++)
        {
            rank.Add(merges[i], i);
        }

        return Pieces(text).SelectMany(bytes => Shorten([.. bytes])).ToArray();

        // One pair at a time: of the lowest rank, and of these the leftmost.
        List<int> Shorten(List<int> symbols)
        {
            var (best, at) = (int.MaxValue, -1);
            for (var i = symbols.Count - 2; i >= 0; i--)
            {
                if (rank.TryGetValue((symbols[i], symbols[i + 1]), out var r) && r <= best)
                {
                    (best, at) = (r, i);
                }
            }

            if (at < 0)
            {
                return symbols;
            }

            symbols[at] = 256 + best;
            symbols.RemoveAt(at + 1);
            return Shorten(symbols);
        }
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        using var bytes = new System.IO.MemoryStream();
        var pending = new Stack<int>(tokens.Reverse());
        while (pending.TryPop(out var token))
        {
            switch (token)
            {
                case >= 0 and < 256:
                    bytes.WriteByte((byte)token);
                    break;
                case >= 256 when token - 256 < merges.Count:
                    pending.Push(merges[token - 256].Right);
                    pending.Push(merges[token - 256].Left);
                    break;
                default:
                    throw new ArgumentException($"token {token} does not exist");
            }
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        var text = lines.ToList();
        var characters = text.Sum(line => Encoding.UTF32.GetByteCount(line) / 4);
        return characters == 0
            ? throw new ArgumentException("there is no text to measure")
            : text.Sum(line => Encode(line, merges).Length) / (double)characters;
    }

    public static Vector<double> SamplingWeights(Vector<double> sizes, double alpha)
    {
        if (sizes.Minimum() <= 0 || double.IsNaN(alpha) || Math.Abs(alpha - 0.5) > 0.5)
        {
            throw new ArgumentException("positive sizes and an alpha between 0 and 1, please");
        }

        return sizes.PointwiseLog().Multiply(alpha).PointwiseExp().Normalize(1);
    }

    private static IEnumerable<byte[]> Pieces(string text)
    {
        var utf8 = new UTF8Encoding(false, true).GetBytes(text);
        var from = 0;
        while (from < utf8.Length)
        {
            var space = Array.IndexOf(utf8, (byte)' ', from + 1);
            var to = space < 0 ? utf8.Length : space;
            yield return utf8[from..to];
            from = to;
        }
    }
}
