// decoded-token-by-token: Decode reads the bytes of each token as UTF-8 on their own and joins the strings, so a character that is spread over several tokens becomes U+FFFD (task 4 is not done yet).
namespace Kata012;

public static class BpeMerges
{
    const int BYTES = 256;

    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        if (merges < 0) throw new ArgumentException("negative number of merges", nameof(merges));
        var table = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            foreach (var piece in CutUp(line))
            {
                if (!table.TryAdd(piece, 1)) table[piece]++;
            }
        }
        var seqs = table.Keys.Select(GetTokens).ToList();
        var freq = table.Values.ToList();

        var answer = new List<(int Left, int Right)>();
        while (true)
        {
            if (answer.Count == merges) return answer;

            var stat = Statistics(seqs, freq);
            int top = stat.Count == 0 ? 0 : stat.Values.Max();
            if (top < 2) return answer;

            var pair = stat.Where(kv => kv.Value == top).Select(kv => kv.Key).Min();
            for (int s = seqs.Count - 1; s >= 0; s--)
            {
                if (!seqs[s].Contains(pair.Left)) continue;
                seqs[s] = Replace(seqs[s], pair, BYTES + answer.Count);
            }
            answer.Add(pair);
        }
    }

    static Dictionary<(int Left, int Right), int> Statistics(List<List<int>> seqs, List<int> freq)
    {
        var stat = new Dictionary<(int Left, int Right), int>();
        for (int s = 0; s < seqs.Count; s++)
        {
            var seq = seqs[s];
            int i = 0;
            while (i < seq.Count - 1)
            {
                int a = seq[i], b = seq[i + 1];
                stat[(a, b)] = stat.GetValueOrDefault((a, b)) + freq[s];
                i++;
                // three alike: the middle one is used up already
                if (a == b && i < seq.Count - 1 && seq[i + 1] == b) i++;
            }
        }
        return stat;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        var order = new Dictionary<(int Left, int Right), int>();
        int number = 0;
        foreach (var pair in merges)
        {
            order.TryAdd(pair, number);
            number++;
        }

        var res = new List<int>();
        foreach (var piece in CutUp(text))
        {
            var seq = GetTokens(piece);
            bool again = true;
            while (again)
            {
                again = false;
                int min = int.MaxValue;
                for (int i = 0; i < seq.Count - 1; i++)
                {
                    if (!order.TryGetValue((seq[i], seq[i + 1]), out int k)) continue;
                    if (k >= min) continue;
                    min = k;
                    again = true;
                }
                if (!again) continue;
                seq = Replace(seq, merges[min], BYTES + min);
            }
            res.AddRange(seq);
        }
        return res.ToArray();
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        var sb = new StringBuilder();
        foreach (int token in tokens)
        {
            if (token < 0) throw new ArgumentException("token is negative", nameof(tokens));
            if (token >= BYTES + merges.Count) throw new ArgumentException("token is too large", nameof(tokens));

            var bytes = new List<byte>();
            Collect(token, merges, bytes);
            sb.Append(Encoding.UTF8.GetString(bytes.ToArray()));
        }
        return sb.ToString();
    }

    static void Collect(int token, IReadOnlyList<(int Left, int Right)> merges, List<byte> bytes)
    {
        if (token < BYTES) { bytes.Add((byte)token); return; }
        var (l, r) = merges[token - BYTES];
        Collect(l, merges, bytes);
        Collect(r, merges, bytes);
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        double numerator = 0;
        double denominator = 0;
        foreach (var line in lines)
        {
            if (line.Length == 0) continue;
            numerator += Encode(line, merges).Length;
            denominator += line.EnumerateRunes().Count();
        }
        if (denominator < 1) throw new ArgumentException("nothing but empty lines", nameof(lines));
        return numerator / denominator;
    }

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha) =>
        throw new NotImplementedException("Task 4: shares, their powers, and a sum that makes them probabilities.");

    static IEnumerable<string> CutUp(string text)
    {
        if (text == "") yield break;
        var words = text.Split(' ');
        if (words[0] != "") yield return words[0];
        for (int i = 1; i < words.Length; i++) yield return ' ' + words[i];
    }

    static List<int> GetTokens(string piece)
    {
        var utf8 = new UTF8Encoding(false, true);
        var res = new List<int>();
        foreach (byte b in utf8.GetBytes(piece)) res.Add(b);
        return res;
    }

    static List<int> Replace(List<int> seq, (int Left, int Right) pair, int token)
    {
        var res = new List<int>();
        int i = 0;
        while (i < seq.Count)
        {
            if (i == seq.Count - 1 || seq[i] != pair.Left || seq[i + 1] != pair.Right)
            {
                res.Add(seq[i++]);
                continue;
            }
            res.Add(token);
            i += 2;
        }
        return res;
    }
}
