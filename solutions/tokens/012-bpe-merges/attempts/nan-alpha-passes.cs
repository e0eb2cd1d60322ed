// nan-alpha-accepted: alpha is checked with alpha < 0 || alpha > 1, which is false for NaN, so a NaN alpha throws nothing and gives weights that are NaN.
namespace Kata012;

public static class BpeMerges
{
    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        if (merges < 0)
            throw new ArgumentException($"{merges} merges cannot be learned.", nameof(merges));

        var model = new Counter();
        var occurrences = new Dictionary<string, int>();
        using (var reader = lines.GetEnumerator())
        {
            while (reader.MoveNext())
            {
                var position = 0;
                while (position < reader.Current.Length)
                {
                    var piece = NextPiece(reader.Current, position);
                    position += piece.Length;
                    if (occurrences.TryAdd(piece, 1))
                        continue;
                    occurrences[piece]++;
                }
            }
        }

        foreach (var (piece, times) in occurrences)
            model.Include(new Sequence(piece, times));

        var rules = new List<(int Left, int Right)>();
        while (rules.Count < merges)
        {
            var (count, left, right) = model.Leader();
            if (count < 2)
                break;
            model.Rewrite(left, right, 256 + rules.Count);
            rules.Add((left, right));
        }
        return rules.AsReadOnly();
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        var rankings = merges
            .Select((pair, rank) => KeyValuePair.Create(pair, rank))
            .DistinctBy(entry => entry.Key)
            .ToDictionary();

        var output = new List<int>();
        var position = 0;
        while (position < text.Length)
        {
            var piece = NextPiece(text, position);
            position += piece.Length;

            var sequence = new Sequence(piece, 1);
            while (true)
            {
                var lowest = int.MaxValue;
                sequence.Visit((left, right) =>
                {
                    if (rankings.TryGetValue((left, right), out var rank) && rank < lowest)
                        lowest = rank;
                });
                if (lowest == int.MaxValue)
                    break;
                sequence.Rewrite(merges[lowest].Left, merges[lowest].Right, 256 + lowest);
            }
            output.AddRange(sequence.Tokens);
        }
        return output.ToArray();
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        var queue = new LinkedList<int>(tokens);
        foreach (var token in queue)
        {
            if (token >= 0 && token < 256 + merges.Count)
                continue;
            throw new ArgumentOutOfRangeException(nameof(tokens), token, "Out of the vocabulary.");
        }

        var bytes = new List<byte>();
        while (queue.First is { } first)
        {
            queue.RemoveFirst();
            if (first.Value < 256)
            {
                bytes.Add((byte)first.Value);
                continue;
            }
            var (left, right) = merges[first.Value - 256];
            queue.AddFirst(right);
            queue.AddFirst(left);
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        var (tokens, characters) = (0, 0);
        foreach (var line in lines)
        {
            if (string.IsNullOrEmpty(line))
                continue;
            tokens += Encode(line, merges).Length;
            var runes = line.EnumerateRunes();
            while (runes.MoveNext())
                characters++;
        }
        return characters switch
        {
            > 0 => (double)tokens / characters,
            _ => throw new ArgumentException("There is no character to divide by.", nameof(lines)),
        };
    }

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        if (alpha < 0 || alpha > 1)
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Must be between 0 and 1.");
        if (!sizes.Enumerate().All(size => size > 0))
            throw new ArgumentException("All sizes must be positive.", nameof(sizes));

        var logs = sizes.Enumerate().Select(size => alpha * Math.Log(size)).ToArray();
        var max = logs.Max();
        var logSum = max + Math.Log(logs.Sum(x => Math.Exp(x - max)));
        return Vector<double>.Build.DenseOfArray(Array.ConvertAll(logs, x => Math.Exp(x - logSum)));
    }

    private static string NextPiece(string text, int position)
    {
        var space = text.IndexOf(' ', position + 1);
        return space < 0 ? text[position..] : text[position..space];
    }

    private sealed class Sequence
    {
        private static readonly Encoding Strict = Encoding.GetEncoding(
            "utf-8", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

        public Sequence(string piece, int times)
        {
            Tokens = new List<int>();
            foreach (var b in Strict.GetBytes(piece))
                Tokens.Add(b);
            Times = times;
        }

        public List<int> Tokens { get; private set; }

        public int Times { get; }

        /// <summary>Shows every pair that can be joined, going from left to right.</summary>
        public void Visit(Action<int, int> action)
        {
            var i = 1;
            while (i < Tokens.Count)
            {
                var (left, right) = (Tokens[i - 1], Tokens[i]);
                action(left, right);
                i++;
                if (left != right || i >= Tokens.Count || Tokens[i] != right)
                    continue;
                i++; // three equal tokens: the pair in the middle overlaps
            }
        }

        public void Rewrite(int left, int right, int token)
        {
            var rewritten = new List<int>(Tokens.Count);
            var i = 0;
            while (i < Tokens.Count)
            {
                if (Tokens[i] != left || i + 1 == Tokens.Count || Tokens[i + 1] != right)
                {
                    rewritten.Add(Tokens[i]);
                    i++;
                    continue;
                }
                rewritten.Add(token);
                i += 2;
            }
            Tokens = rewritten;
        }
    }

    private sealed class Counter
    {
        private readonly Dictionary<(int Left, int Right), int> table = new();
        private readonly Dictionary<(int Left, int Right), HashSet<Sequence>> homes = new();

        public void Include(Sequence sequence) => sequence.Visit((left, right) =>
        {
            table[(left, right)] = table.GetValueOrDefault((left, right)) + sequence.Times;
            if (!homes.ContainsKey((left, right)))
                homes[(left, right)] = new HashSet<Sequence>();
            homes[(left, right)].Add(sequence);
        });

        public void Exclude(Sequence sequence) => sequence.Visit((left, right) =>
        {
            table[(left, right)] -= sequence.Times;
        });

        public (int Count, int Left, int Right) Leader()
        {
            var leader = (Count: 0, Left: 0, Right: 0);
            foreach (var ((left, right), count) in table)
            {
                if (count < leader.Count)
                    continue;
                if (count == leader.Count && (left, right).CompareTo((leader.Left, leader.Right)) >= 0)
                    continue;
                leader = (count, left, right);
            }
            return leader;
        }

        public void Rewrite(int left, int right, int token)
        {
            foreach (var sequence in homes[(left, right)].ToList())
            {
                Exclude(sequence);
                sequence.Rewrite(left, right, token);
                Include(sequence);
            }
            homes.Remove((left, right));
            table.Remove((left, right));
        }
    }
}
