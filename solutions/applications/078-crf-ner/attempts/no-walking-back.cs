// pointer-to-the-best-tag-so-far: Viterbi takes at every token the tag with the highest score so far and does not walk back along the tags it came from.
namespace Kata078;

/// <summary>A linear-chain conditional random field on top of an encoder.</summary>
public static class CrfNer
{
    /// <summary>Task 1. The score of one tag sequence: start, emissions, transitions and stop added up.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        int[] idx = Index(emissions, transitions, mask);
        if (tags.Length != mask.Length)
            throw new ArgumentException("tags");
        int k = emissions.ColumnCount;
        foreach (int t in idx)
            if (tags[t] < 0 || tags[t] >= k)
                throw new ArgumentException("tag " + tags[t]);

        double sum = transitions.Start[tags[idx[0]]];
        for (int c = 0; c < idx.Length; c++)
        {
            sum += emissions[idx[c], tags[idx[c]]];
            if (c + 1 < idx.Length)
                sum += transitions.Between[tags[idx[c]], tags[idx[c + 1]]];
        }
        sum += transitions.Stop[tags[idx[idx.Length - 1]]];
        return sum;
    }

    /// <summary>Task 1. The log of the sum of exp(score) over all tag sequences, in time proportional to n·k².</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        int[] idx = Index(emissions, transitions, mask);
        int k = emissions.ColumnCount;
        double[] cur = new double[k];
        for (int j = 0; j < k; j++)
            cur[j] = transitions.Start[j] + emissions[idx[0], j];

        for (int c = 1; c < idx.Length; c++)
        {
            double[] nxt = new double[k];
            for (int j = 0; j < k; j++)
            {
                double max = double.NegativeInfinity;
                for (int i = 0; i < k; i++)
                    max = Math.Max(max, cur[i] + transitions.Between[i, j]);
                if (max == double.NegativeInfinity)
                {
                    nxt[j] = max;
                    continue;
                }
                double s = 0;
                for (int i = 0; i < k; i++)
                    s += Math.Exp(cur[i] + transitions.Between[i, j] - max);
                nxt[j] = max + Math.Log(s) + emissions[idx[c], j];
            }
            cur = nxt;
        }

        double top = double.NegativeInfinity;
        for (int j = 0; j < k; j++)
        {
            cur[j] += transitions.Stop[j];
            top = Math.Max(top, cur[j]);
        }
        if (top == double.NegativeInfinity)
            return top;
        double z = 0;
        for (int j = 0; j < k; j++)
            z += Math.Exp(cur[j] - top);
        return top + Math.Log(z);
    }

    /// <summary>Task 2. A tag sequence of the highest score.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        int[] idx = Index(emissions, transitions, mask);
        int k = emissions.ColumnCount;
        int last = idx.Length - 1;
        double[,] v = new double[idx.Length, k];
        for (int c = 0; c < idx.Length; c++)
        {
            for (int j = 0; j < k; j++)
            {
                double into = c == 0 ? transitions.Start[j] : double.NegativeInfinity;
                for (int i = 0; i < k && c > 0; i++)
                    into = Math.Max(into, v[c - 1, i] + transitions.Between[i, j]);
                v[c, j] = into + emissions[idx[c], j];
                if (c == last)
                    v[c, j] += transitions.Stop[j];
            }
        }

        int[] path = new int[mask.Length];
        for (int t = 0; t < path.Length; t++)
            path[t] = -1;
        for (int c = last; c >= 0; c--)
        {
            int best = 0;
            for (int j = 1; j < k; j++)
                if (v[c, j] > v[c, best])
                    best = j;
            if (v[c, best] == double.NegativeInfinity)
                throw new ArgumentException("no sequence is possible");
            path[idx[c]] = best;
        }
        return path;
    }

    /// <summary>Task 3. The probability of each tag at each token, given all emissions of the sentence.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask) =>
        throw new NotImplementedException("Task 3: what arrives at a tag and what can go on from it, together, relative to ln Z.");

    /// <summary>Task 3. The gradient of the loss ln Z − score(tags) with respect to every score.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags) =>
        throw new NotImplementedException("Task 3: expected counts minus observed counts, for every kind of score.");

    /// <summary>Task 4. Which steps the BIO scheme allows, as scores to add to the learned ones.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        int k = labels.Count;
        foreach (string l in labels)
        {
            if (l == "O")
                continue;
            if (l.Length > 2 && l[1] == '-' && (l[0] == 'B' || l[0] == 'I'))
                continue;
            throw new ArgumentException("bad label " + l);
        }

        Matrix<double> m = Matrix<double>.Build.Dense(k, k);
        Vector<double> s = Vector<double>.Build.Dense(k);
        for (int i = -1; i < k; i++)
        {
            string a = i < 0 ? "O" : labels[i];
            for (int j = 0; j < k; j++)
            {
                string b = labels[j];
                if (b[0] != 'I')
                    continue;
                if (a != "O" && a.Substring(2) == b.Substring(2))
                    continue;
                if (i < 0)
                    s[j] = double.NegativeInfinity;
                else
                    m[i, j] = double.NegativeInfinity;
            }
        }
        return new TransitionScores(m, s, Vector<double>.Build.Dense(k));
    }

    /// <summary>Task 4. Emissions under which exp(score) of a sequence is multiplied by the weight of each of its tags.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        if (classWeights.Count != emissions.ColumnCount)
            throw new ArgumentException("weights");
        for (int j = 0; j < classWeights.Count; j++)
            if (!(classWeights[j] >= 0) || double.IsInfinity(classWeights[j]))
                throw new ArgumentException("weight " + j);
        double[,] r = emissions.ToArray();
        for (int t = 0; t < r.GetLength(0); t++)
            for (int j = 0; j < r.GetLength(1); j++)
                r[t, j] += Math.Log(classWeights[j]);
        return Matrix<double>.Build.DenseOfArray(r);
    }

    private static int[] Index(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        int k = emissions.ColumnCount;
        if (mask.Length != emissions.RowCount)
            throw new ArgumentException("mask");
        if (transitions.Between.RowCount != k || transitions.Between.ColumnCount != k)
            throw new ArgumentException("between");
        if (transitions.Start.Count != k)
            throw new ArgumentException("start");
        if (transitions.Stop.Count != k)
            throw new ArgumentException("stop");
        List<int> idx = new List<int>();
        for (int t = 0; t < mask.Length; t++)
            if (mask[t])
                idx.Add(t);
        if (idx.Count == 0)
            throw new ArgumentException("empty mask");
        return idx.ToArray();
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
