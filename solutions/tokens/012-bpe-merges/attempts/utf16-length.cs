// utf16-units-counted: the characters are counted with string.Length, that is in UTF-16 code units, so an emoji counts as two.
namespace Kata012;

public static class BpeMerges
{
    static List<List<int>> Prepare(string s)
    {
        // strict: lone surrogates are an error
        byte[] raw = new UTF8Encoding(false, true).GetBytes(s);
        List<List<int>> res = new();
        for (int i = 0; i < raw.Length; i++)
        {
            if (i == 0 || raw[i] == 32) res.Add(new List<int>());
            res[^1].Add(raw[i]);
        }
        return res;
    }

    static void JoinInPlace(List<int> t, int a, int b, int c)
    {
        for (int i = 0; i < t.Count - 1; i++)
        {
            if (t[i] == a && t[i + 1] == b)
            {
                t[i] = c;
                t.RemoveAt(i + 1);
            }
        }
    }

    public static IReadOnlyList<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        if (merges < 0) throw new ArgumentOutOfRangeException(nameof(merges));

        List<List<int>> pieces = new();
        foreach (string line in lines) pieces.AddRange(Prepare(line));

        List<(int Left, int Right)> rules = new();
        Dictionary<int, int> freq = new();
        Dictionary<(int, int), int> idOf = new();  // every pair ever seen gets a number
        List<(int, int)> pairOf = new();
        while (rules.Count < merges)
        {
            freq.Clear();
            foreach (List<int> t in pieces)
            {
                int prev = -1;
                for (int i = 0; i < t.Count - 1; i++)
                {
                    var p = (t[i], t[i + 1]);
                    if (!idOf.TryGetValue(p, out int id))
                    {
                        id = pairOf.Count;
                        idOf[p] = id;
                        pairOf.Add(p);
                    }
                    if (id == prev)
                    {
                        prev = -1;      // shares a token with the one just counted
                    }
                    else
                    {
                        freq[id] = freq.TryGetValue(id, out int f) ? f + 1 : 1;
                        prev = id;
                    }
                }
            }

            int bestId = -1, bestFreq = 0;
            foreach ((int id, int f) in freq)
            {
                if (f > bestFreq)
                {
                    bestFreq = f;
                    bestId = id;
                }
                else if (f == bestFreq && pairOf[id].CompareTo(pairOf[bestId]) < 0)
                {
                    bestId = id;
                }
            }
            if (bestFreq <= 1) break;

            var (a, b) = pairOf[bestId];
            foreach (List<int> t in pieces) JoinInPlace(t, a, b, 256 + rules.Count);
            rules.Add((a, b));
        }
        return rules;
    }

    public static int[] Encode(string text, IReadOnlyList<(int Left, int Right)> merges)
    {
        Dictionary<(int, int), int> rank = new();
        for (int k = 0; k < merges.Count; k++)
        {
            if (!rank.ContainsKey(merges[k])) rank[merges[k]] = k;
        }

        List<int> res = new();
        foreach (List<int> t in Prepare(text))
        {
            int best;
            do
            {
                best = -1;
                for (int i = t.Count - 1; i >= 1; i--)
                {
                    if (rank.TryGetValue((t[i - 1], t[i]), out int k) && (best == -1 || k < best)) best = k;
                }
                if (best != -1) JoinInPlace(t, merges[best].Left, merges[best].Right, 256 + best);
            } while (best != -1);
            res.AddRange(t);
        }
        return res.ToArray();
    }

    public static string Decode(IEnumerable<int> tokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        // open the last token as long as it is no byte; what comes out is the text from back to front
        List<int> todo = new();
        foreach (int t in tokens)
        {
            if (t < 0 || t > 255 + merges.Count) throw new ArgumentOutOfRangeException(nameof(tokens));
            todo.Add(t);
        }

        Stack<byte> bytes = new();
        while (todo.Count > 0)
        {
            int t = todo[^1];
            todo.RemoveAt(todo.Count - 1);
            if (t <= 255)
            {
                bytes.Push((byte)t);
            }
            else
            {
                todo.Add(merges[t - 256].Left);
                todo.Add(merges[t - 256].Right);
            }
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    public static double Fertility(IEnumerable<string> lines, IReadOnlyList<(int Left, int Right)> merges)
    {
        int tokens = 0;
        int chars = 0;
        foreach (string line in lines)
        {
            tokens += Encode(line, merges).Length;
            chars += line.Length;
        }
        if (chars == 0) throw new ArgumentException("no characters", nameof(lines));
        return tokens / (double)chars;
    }

    [return: Shape("languages")]
    public static Vector<double> SamplingWeights([Shape("languages")] Vector<double> sizes, double alpha)
    {
        if (alpha >= 0 && alpha <= 1)
        {
            double[] p = sizes.ToArray();
            double total = 0;
            foreach (double x in p)
            {
                if (x > 0) total += Math.Pow(x, alpha);
                else throw new ArgumentOutOfRangeException(nameof(sizes));
            }
            for (int i = 0; i < p.Length; i++) p[i] = Math.Pow(p[i], alpha) / total;
            return Vector<double>.Build.DenseOfArray(p);
        }
        throw new ArgumentOutOfRangeException(nameof(alpha));
    }
}
