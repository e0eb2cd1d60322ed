// each-piece-counted-once: the pieces are put into a set, so a piece that occurs five times counts only once (tasks 3 and 4 are not done yet).
namespace Kata012;

public static class BpeMerges
{
    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        if (merges < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(merges), "Must not be negative");
        }

        var trainer = new Trainer();
        foreach (var line in lines)
        {
            trainer.Read(line);
        }

        trainer.Run(merges);
        return trainer.Learned;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        var ranks = new Dictionary<(int Left, int Right), int>();
        for (var k = merges.Count - 1; k >= 0; k--)
        {
            ranks[merges[k]] = k;
        }

        var result = new List<int>();
        foreach (var piece in Pieces.Of(text))
        {
            var word = Pieces.Chain(piece);
            int best;
            do
            {
                best = merges.Count;
                for (var node = word.First; node?.Next != null; node = node.Next)
                {
                    if (ranks.TryGetValue((node.Value, node.Next.Value), out var rank) && rank < best)
                    {
                        best = rank;
                    }
                }

                if (best < merges.Count)
                {
                    Pieces.Join(word, merges[best], 256 + best);
                }
            }
            while (best < merges.Count);

            result.AddRange(word);
        }

        return result.ToArray();
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        using var stream = new System.IO.MemoryStream();
        foreach (var token in tokens)
        {
            if (token < 0 || token >= merges.Count + 256)
            {
                throw new ArgumentException($"Unknown token {token}", nameof(tokens));
            }

            Write(token);
        }

        return Encoding.UTF8.GetString(stream.ToArray());

        void Write(int token)
        {
            if (token < 256)
            {
                stream.WriteByte((byte)token);
            }
            else
            {
                Write(merges[token - 256].Left);
                Write(merges[token - 256].Right);
            }
        }
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges) =>
        throw new NotImplementedException("Task 3: count all tokens and all Unicode characters, then divide once.");

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha) =>
        throw new NotImplementedException("Task 4: shares, their powers, and a sum that makes them probabilities.");

    private static class Pieces
    {
        private static readonly Encoding StrictUtf8 = new UTF8Encoding(false, true);

        public static IEnumerable<string> Of(string text)
        {
            var begin = 0;
            for (var end = 1; end < text.Length; end++)
            {
                if (text[end] == ' ')
                {
                    yield return text.Substring(begin, end - begin);
                    begin = end;
                }
            }

            if (begin < text.Length)
            {
                yield return text.Substring(begin);
            }
        }

        public static LinkedList<int> Chain(string piece)
        {
            var chain = new LinkedList<int>();
            foreach (var b in StrictUtf8.GetBytes(piece))
            {
                chain.AddLast(b);
            }

            return chain;
        }

        public static void Join(LinkedList<int> word, (int Left, int Right) pair, int token)
        {
            for (var node = word.First; node != null; node = node.Next)
            {
                if (node.Value == pair.Left && node.Next != null && node.Next.Value == pair.Right)
                {
                    node.Value = token;
                    word.Remove(node.Next);
                }
            }
        }
    }

    private sealed class Trainer
    {
        private readonly HashSet<string> seen = new HashSet<string>();
        private readonly List<LinkedList<int>> words = new List<LinkedList<int>>();

        public List<(int Left, int Right)> Learned { get; } = new List<(int Left, int Right)>();

        public void Read(string line)
        {
            foreach (var piece in Pieces.Of(line))
            {
                if (this.seen.Add(piece))
                {
                    this.words.Add(Pieces.Chain(piece));
                }
            }
        }

        public void Run(int merges)
        {
            while (this.Learned.Count < merges)
            {
                var counts = this.CountPairs();
                (int Left, int Right) winner = default;
                var votes = 0;
                foreach (var candidate in counts)
                {
                    if (candidate.Value > votes || (candidate.Value == votes && candidate.Key.CompareTo(winner) < 0))
                    {
                        winner = candidate.Key;
                        votes = candidate.Value;
                    }
                }

                if (votes < 2)
                {
                    return;
                }

                foreach (var word in this.words)
                {
                    Pieces.Join(word, winner, 256 + this.Learned.Count);
                }

                this.Learned.Add(winner);
            }
        }

        private Dictionary<(int Left, int Right), int> CountPairs()
        {
            var counts = new Dictionary<(int Left, int Right), int>();
            foreach (var word in this.words)
            {
                var taken = false; // the pair before was two equal tokens, and was counted
                for (var node = word.First; node?.Next != null; node = node.Next)
                {
                    var twins = node.Value == node.Next.Value;
                    if (twins && taken)
                    {
                        taken = false;
                        continue;
                    }

                    taken = twins;
                    var pair = (node.Value, node.Next.Value);
                    counts.TryGetValue(pair, out var count);
                    counts[pair] = count + 1;
                }
            }

            return counts;
        }
    }
}
