namespace Kata012;

public static class BpeMerges
{
    private const int FirstNewToken = 256;

    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        ArgumentNullException.ThrowIfNull(lines);
        if (merges < 0)
            throw new ArgumentOutOfRangeException(nameof(merges), merges, "The number of merges must not be negative.");

        var corpus = new Corpus(lines);
        var learned = new List<(int Left, int Right)>();
        while (learned.Count < merges && corpus.TryFindBest(out Pair best))
        {
            corpus.Join(best, FirstNewToken + learned.Count);
            learned.Add((best.Left, best.Right));
        }

        return learned;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Codec(merges).Encode(text);
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return new Codec(merges).Decode(tokens);
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var codec = new Codec(merges);
        double tokens = 0, characters = 0;
        foreach (string line in lines)
        {
            tokens += codec.Encode(line).Length;
            foreach (Rune _ in line.EnumerateRunes())
                characters++;
        }

        if (characters == 0)
            throw new ArgumentException("The lines have no character.", nameof(lines));
        return tokens / characters;
    }

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        if (double.IsNaN(alpha) || alpha < 0.0 || alpha > 1.0)
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Must lie in [0, 1].");

        double largest = 0.0;
        foreach (double size in sizes.Enumerate())
        {
            if (double.IsNaN(size) || size <= 0.0)
                throw new ArgumentException("Every size must be positive.", nameof(sizes));
            largest = Math.Max(largest, size);
        }

        // Relative to the largest language every power lies in (0, 1], and the common factor cancels below.
        Vector<double> powers = Vector<double>.Build.Dense(
            sizes.Count, i => Math.Exp(alpha * (Math.Log(sizes[i]) - Math.Log(largest))));
        return powers / powers.Sum();
    }

    private readonly record struct Pair(int Left, int Right) : IComparable<Pair>
    {
        public int CompareTo(Pair other)
        {
            int byLeft = Left.CompareTo(other.Left);
            return byLeft != 0 ? byLeft : Right.CompareTo(other.Right);
        }
    }

    private static class Cutter
    {
        private static readonly UTF8Encoding Strict = new(false, true);

        public static IEnumerable<string> Cut(string text)
        {
            int start = 0;
            while (start < text.Length)
            {
                int next = text.IndexOf(' ', start + 1);
                if (next < 0)
                    next = text.Length;
                yield return text[start..next];
                start = next;
            }
        }

        public static List<int> ToTokens(string piece)
        {
            byte[] bytes = Strict.GetBytes(piece);
            var tokens = new List<int>(bytes.Length);
            foreach (byte b in bytes)
                tokens.Add(b);
            return tokens;
        }
    }

    /// <summary>A piece of text as tokens, with the number of times it occurs.</summary>
    private sealed class Piece(List<int> tokens)
    {
        public int Times { get; set; }

        public int[] ToArray() => tokens.ToArray();

        /// <summary>The pairs as often as they can be joined; twins that share a token come once.</summary>
        public IEnumerable<Pair> Pairs()
        {
            int taken = -1;
            for (int at = 0; at + 1 < tokens.Count; at++)
            {
                bool twins = tokens[at] == tokens[at + 1];
                if (twins && taken == at)
                    continue;
                yield return new Pair(tokens[at], tokens[at + 1]);
                if (twins)
                    taken = at + 1;
            }
        }

        public void Join(Pair pair, int token)
        {
            int write = 0;
            for (int read = 0; read < tokens.Count; read++, write++)
            {
                bool here = read + 1 < tokens.Count && tokens[read] == pair.Left && tokens[read + 1] == pair.Right;
                tokens[write] = here ? token : tokens[read];
                if (here)
                    read++;
            }

            tokens.RemoveRange(write, tokens.Count - write);
        }
    }

    /// <summary>All pieces of the training text; counts are kept and corrected where a merge changes something.</summary>
    private sealed class Corpus
    {
        private readonly Dictionary<Pair, HashSet<Piece>> _holders = new();
        private readonly Ranking _ranking = new();

        public Corpus(IEnumerable<string> lines)
        {
            var pieces = new Dictionary<string, Piece>(StringComparer.Ordinal);
            foreach (string line in lines)
            {
                foreach (string text in Cutter.Cut(line))
                {
                    if (!pieces.TryGetValue(text, out Piece? piece))
                    {
                        piece = new Piece(Cutter.ToTokens(text));
                        pieces.Add(text, piece);
                    }

                    piece.Times++;
                }
            }

            var changes = new Dictionary<Pair, int>();
            foreach (Piece piece in pieces.Values)
                PutIn(piece, changes);
            _ranking.Apply(changes);
        }

        public bool TryFindBest(out Pair best) => _ranking.TryFindBest(out best);

        public void Join(Pair pair, int token)
        {
            if (!_holders.Remove(pair, out HashSet<Piece>? holders))
                return;

            var changes = new Dictionary<Pair, int>();
            foreach (Piece piece in holders)
            {
                TakeOut(piece, changes);
                piece.Join(pair, token);
                PutIn(piece, changes);
            }

            _ranking.Apply(changes);
        }

        private static void TakeOut(Piece piece, Dictionary<Pair, int> changes)
        {
            foreach (Pair pair in piece.Pairs())
                changes[pair] = changes.GetValueOrDefault(pair) - piece.Times;
        }

        private void PutIn(Piece piece, Dictionary<Pair, int> changes)
        {
            foreach (Pair pair in piece.Pairs())
            {
                changes[pair] = changes.GetValueOrDefault(pair) + piece.Times;
                if (!_holders.TryGetValue(pair, out HashSet<Piece>? holders))
                {
                    holders = new HashSet<Piece>();
                    _holders.Add(pair, holders);
                }

                holders.Add(piece);
            }
        }
    }

    /// <summary>The counts of all pairs, ordered: the highest count first, then the smaller pair.</summary>
    private sealed class Ranking
    {
        private readonly Dictionary<Pair, int> _counts = new();
        private readonly SortedSet<(int Negated, Pair Pair)> _order = new();

        public void Apply(Dictionary<Pair, int> changes)
        {
            foreach ((Pair pair, int change) in changes)
            {
                if (change == 0)
                    continue;

                int before = _counts.GetValueOrDefault(pair);
                int after = before + change;
                if (before > 0)
                    _order.Remove((-before, pair));
                if (after > 0)
                {
                    _order.Add((-after, pair));
                    _counts[pair] = after;
                }
                else
                {
                    _counts.Remove(pair);
                }
            }
        }

        public bool TryFindBest(out Pair best)
        {
            best = default;
            if (_order.Count == 0)
                return false;

            (int negated, best) = _order.Min;
            return -negated >= 2;
        }
    }

    private sealed class Codec
    {
        private readonly IReadOnlyList<(int Left, int Right)> _merges;
        private readonly Dictionary<Pair, int> _ranks = new();
        private readonly Dictionary<string, int[]> _encoded = new(StringComparer.Ordinal);
        private readonly Dictionary<int, byte[]> _spelled = new();

        public Codec(IReadOnlyList<(int Left, int Right)> merges)
        {
            ArgumentNullException.ThrowIfNull(merges);
            _merges = merges;
            for (int rank = 0; rank < merges.Count; rank++)
                _ranks.TryAdd(new Pair(merges[rank].Left, merges[rank].Right), rank);
        }

        public int[] Encode(string text)
        {
            var tokens = new List<int>(text.Length);
            foreach (string piece in Cutter.Cut(text))
            {
                if (!_encoded.TryGetValue(piece, out int[]? known))
                {
                    known = EncodePiece(piece);
                    _encoded.Add(piece, known);
                }

                tokens.AddRange(known);
            }

            return tokens.ToArray();
        }

        public string Decode(IEnumerable<int> tokens)
        {
            var bytes = new List<byte>();
            foreach (int token in tokens)
            {
                if (token < 0 || token >= FirstNewToken + _merges.Count)
                    throw new ArgumentOutOfRangeException(nameof(tokens), token, "Not a token of this vocabulary.");
                bytes.AddRange(Spell(token));
            }

            return Encoding.UTF8.GetString(bytes.ToArray());
        }

        private int[] EncodePiece(string text)
        {
            var piece = new Piece(Cutter.ToTokens(text));
            while (true)
            {
                int lowest = int.MaxValue;
                foreach (Pair pair in piece.Pairs())
                {
                    if (_ranks.TryGetValue(pair, out int rank) && rank < lowest)
                        lowest = rank;
                }

                if (lowest == int.MaxValue)
                    return piece.ToArray();
                piece.Join(new Pair(_merges[lowest].Left, _merges[lowest].Right), FirstNewToken + lowest);
            }
        }

        private byte[] Spell(int token)
        {
            if (token < FirstNewToken)
                return new[] { (byte)token };
            if (!_spelled.TryGetValue(token, out byte[]? bytes))
            {
                (int left, int right) = _merges[token - FirstNewToken];
                bytes = Spell(left).Concat(Spell(right)).ToArray();
                _spelled.Add(token, bytes);
            }

            return bytes;
        }
    }
}
