// overlapping-pairs-counted: every pair of neighbours is counted, also when it shares a token with the same pair before it, so aaa counts as two pairs aa and aaaa as three.
namespace Kata012;

public static class BpeMerges
{
    static readonly UTF8Encoding strict = new UTF8Encoding(false, true);

    static List<string> Split(string s)
    {
        var parts = new List<string>();
        var sb = new StringBuilder();
        foreach (char ch in s)
        {
            if (ch == ' ' && sb.Length > 0)
            {
                parts.Add(sb.ToString());
                sb.Clear();
            }
            sb.Append(ch);
        }
        if (sb.Length > 0) parts.Add(sb.ToString());
        return parts;
    }

    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        if (merges < 0) throw new ArgumentException("merges < 0");

        var words = new Dictionary<string, int>();
        foreach (string line in lines)
            foreach (string w in Split(line))
                words[w] = words.GetValueOrDefault(w) + 1;

        // chains: tok[c] is the token in cell c, nxt[c] the cell after it or -1
        var tok = new List<int>();
        var nxt = new List<int>();
        var head = new List<int>();
        var times = new List<int>();
        foreach (var w in words)
        {
            byte[] b = strict.GetBytes(w.Key);
            head.Add(tok.Count);
            times.Add(w.Value);
            for (int i = 0; i < b.Length; i++)
            {
                tok.Add(b[i]);
                nxt.Add(i + 1 < b.Length ? tok.Count : -1);
            }
        }

        var result = new List<(int Left, int Right)>();
        for (int z = 256; result.Count < merges; z++)
        {
            var cnt = new Dictionary<(int, int), int>();
            for (int h = 0; h < head.Count; h++)
            {
                for (int c = head[h]; nxt[c] >= 0; c = nxt[c])
                {
                    var p = (tok[c], tok[nxt[c]]);
                    cnt[p] = cnt.GetValueOrDefault(p) + times[h];
                }
            }

            int l = 0, r = 0, best = 1;
            foreach (var e in cnt)
            {
                if (e.Value < 2 || e.Value < best) continue;
                if (e.Value > best || e.Key.CompareTo((l, r)) < 0)
                {
                    (l, r) = e.Key;
                    best = e.Value;
                }
            }
            if (best < 2) break;

            for (int h = 0; h < head.Count; h++)
            {
                for (int c = head[h]; c >= 0; c = nxt[c])
                {
                    int d = nxt[c];
                    if (d >= 0 && tok[c] == l && tok[d] == r)
                    {
                        tok[c] = z;
                        nxt[c] = nxt[d];
                    }
                }
            }
            result.Add((l, r));
        }
        return result;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        var rank = new Dictionary<(int, int), int>();
        for (int k = 0; k < merges.Count; k++) rank.TryAdd(merges[k], k);

        var all = new List<int>();
        foreach (string w in Split(text))
        {
            var cur = new List<int>();
            foreach (byte b in strict.GetBytes(w)) cur.Add(b);
            while (true)
            {
                int low = -1;
                for (int i = 1; i < cur.Count; i++)
                    if (rank.TryGetValue((cur[i - 1], cur[i]), out int k) && (low < 0 || k < low))
                        low = k;
                if (low < 0) break;

                var (l, r) = merges[low];
                var next = new List<int>();
                for (int i = 0; i < cur.Count; i++)
                {
                    if (i + 1 < cur.Count && cur[i] == l && cur[i + 1] == r)
                    {
                        next.Add(256 + low);
                        i++;
                    }
                    else next.Add(cur[i]);
                }
                cur = next;
            }
            all.AddRange(cur);
        }
        return all.ToArray();
    }

    static void Expand(int t, IReadOnlyList<(int Left, int Right)> merges, List<byte> to)
    {
        if (t < 256)
        {
            to.Add((byte)t);
            return;
        }
        Expand(merges[t - 256].Left, merges, to);
        Expand(merges[t - 256].Right, merges, to);
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        var bytes = new List<byte>();
        foreach (int t in tokens)
        {
            if (t < 0 || t >= 256 + merges.Count) throw new ArgumentException("bad token " + t);
            Expand(t, merges, bytes);
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        int toks = 0, runes = 0;
        foreach (string line in lines)
        {
            toks += Encode(line, merges).Length;
            foreach (Rune r in line.EnumerateRunes()) runes++;
        }
        if (runes == 0) throw new ArgumentException("no characters");
        return (double)toks / runes;
    }

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        if (!(0 <= alpha && alpha <= 1)) throw new ArgumentException("alpha");
        var q = new double[sizes.Count];
        double sum = 0;
        for (int i = 0; i < q.Length; i++)
        {
            if (!(sizes[i] > 0)) throw new ArgumentException("size " + i);
            sum += q[i] = Math.Pow(sizes[i], alpha);
        }
        for (int i = 0; i < q.Length; i++) q[i] /= sum;
        return Vector<double>.Build.Dense(q);
    }
}
