// steps-as-products-of-marginals: the expected number of steps from i to j is added up as the product of the two tags' marginals, as if neighbours were independent.
namespace Kata078;

/// <summary>CRF with while loops and flat arrays.</summary>
public static class CrfNer
{
    /// <summary>Task 1.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        Guard(emissions, transitions, mask);
        if (tags.Length != mask.Length) throw new ArgumentException("Number of tags.");

        var sum = 0d;
        var prev = -1;
        var pos = -1;
        while (++pos < mask.Length)
        {
            if (!mask[pos]) continue;
            var tag = tags[pos];
            if (tag < 0 || tag >= emissions.ColumnCount) throw new ArgumentException("Tag " + tag + ".");
            sum += emissions[pos, tag];
            if (prev >= 0) sum += transitions.Between[prev, tag];
            else sum += transitions.Start[tag];
            prev = tag;
        }
        return sum + transitions.Stop[prev];
    }

    /// <summary>Task 1.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        Guard(emissions, transitions, mask);
        var left = Left(emissions, transitions, mask);
        var k = emissions.ColumnCount;
        var pos = mask.Length - 1;
        while (!mask[pos]) pos--;
        var z = double.NegativeInfinity;
        var tag = k;
        while (tag-- > 0) z = AddLogs(z, left[pos * k + tag] + transitions.Stop[tag]);
        return z;
    }

    /// <summary>Task 2.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        Guard(emissions, transitions, mask);
        int n = mask.Length, k = emissions.ColumnCount;
        var best = new double[n * k];
        var came = new int[n * k];
        int prev = -1, pos = -1;
        while (++pos < n)
        {
            if (!mask[pos]) continue;
            var tag = k;
            while (tag-- > 0)
            {
                var here = pos * k + tag;
                if (prev < 0)
                {
                    best[here] = transitions.Start[tag] + emissions[pos, tag];
                    continue;
                }
                best[here] = double.NegativeInfinity;
                var from = k;
                while (from-- > 0)
                {
                    var score = best[prev * k + from] + transitions.Between[from, tag] + emissions[pos, tag];
                    if (score <= best[here]) continue;
                    best[here] = score;
                    came[here] = from;
                }
            }
            prev = pos;
        }

        var top = double.NegativeInfinity;
        var winner = -1;
        var last = k;
        while (last-- > 0)
        {
            var score = best[prev * k + last] + transitions.Stop[last];
            if (score <= top) continue;
            top = score;
            winner = last;
        }
        if (winner < 0) throw new ArgumentException("All sequences are forbidden.");

        var path = new int[n];
        pos = n;
        while (pos-- > 0)
        {
            if (!mask[pos])
            {
                path[pos] = -1;
                continue;
            }
            path[pos] = winner;
            winner = came[pos * k + winner];
        }
        return path;
    }

    /// <summary>Task 3.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var z = LogPartition(emissions, transitions, mask);
        if (z == double.NegativeInfinity) throw new ArgumentException("All sequences are forbidden.");
        int n = mask.Length, k = emissions.ColumnCount;
        var left = Left(emissions, transitions, mask);
        var right = Right(emissions, transitions, mask);
        var result = Matrix<double>.Build.Dense(n, k);
        var cell = n * k;
        while (cell-- > 0)
        {
            if (!mask[cell / k]) continue;
            result[cell / k, cell % k] = Math.Exp(left[cell] + right[cell] - z);
        }
        return result;
    }

    /// <summary>Task 3.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        if (PathScore(emissions, transitions, mask, tags) == double.NegativeInfinity)
            throw new ArgumentException("The tags are forbidden.");

        var k = emissions.ColumnCount;
        var p = Marginals(emissions, transitions, mask);
        var byEmission = p.Clone();
        var byBetween = Matrix<double>.Build.Dense(k, k);
        int first = -1, prev = -1, pos = -1;
        while (++pos < mask.Length)
        {
            if (!mask[pos]) continue;
            byEmission[pos, tags[pos]] -= 1;
            if (first < 0) first = pos;
            if (prev >= 0)
            {
                byBetween += p.Row(prev).OuterProduct(p.Row(pos));
                byBetween[tags[prev], tags[pos]] -= 1;
            }
            prev = pos;
        }
        return (byEmission, new TransitionScores(byBetween, byEmission.Row(first), byEmission.Row(prev)));
    }

    /// <summary>Task 4.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        var k = labels.Count;
        var i = k;
        while (i-- > 0)
        {
            if (labels[i] == "O") continue;
            if (labels[i].Length > 2 && labels[i][1] == '-' && "BI".Contains(labels[i][0])) continue;
            throw new ArgumentException("Not a label: " + labels[i]);
        }

        var between = Matrix<double>.Build.Dense(k, k);
        var start = Vector<double>.Build.Dense(k);
        var to = k;
        while (to-- > 0)
        {
            if (labels[to][0] != 'I') continue;
            start[to] = double.NegativeInfinity;
            var from = k;
            while (from-- > 0)
            {
                if (labels[from].Length > 2 && string.CompareOrdinal(labels[from], 1, labels[to], 1, int.MaxValue) == 0) continue;
                between[from, to] = double.NegativeInfinity;
            }
        }
        return new TransitionScores(between, start, Vector<double>.Build.Dense(k));
    }

    /// <summary>Task 4.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        if (classWeights.Count != emissions.ColumnCount) throw new ArgumentException("Number of weights.");
        var result = Matrix<double>.Build.Dense(emissions.RowCount, emissions.ColumnCount);
        var tag = classWeights.Count;
        while (tag-- > 0)
        {
            if (!double.IsFinite(classWeights[tag]) || classWeights[tag] < 0) throw new ArgumentException("Weight " + tag + ".");
            var bonus = Math.Log(classWeights[tag]);
            var pos = emissions.RowCount;
            while (pos-- > 0) result[pos, tag] = emissions[pos, tag] + bonus;
        }
        return result;
    }

    private static double[] Left(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        int n = mask.Length, k = emissions.ColumnCount, prev = -1, pos = -1;
        var left = new double[n * k];
        while (++pos < n)
        {
            if (!mask[pos]) continue;
            var tag = k;
            while (tag-- > 0)
            {
                var sum = prev < 0 ? transitions.Start[tag] : double.NegativeInfinity;
                var from = prev < 0 ? 0 : k;
                while (from-- > 0) sum = AddLogs(sum, left[prev * k + from] + transitions.Between[from, tag]);
                left[pos * k + tag] = sum + emissions[pos, tag];
            }
            prev = pos;
        }
        return left;
    }

    private static double[] Right(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        int n = mask.Length, k = emissions.ColumnCount, next = -1, pos = n;
        var right = new double[n * k];
        while (pos-- > 0)
        {
            if (!mask[pos]) continue;
            var tag = k;
            while (tag-- > 0)
            {
                var sum = next < 0 ? transitions.Stop[tag] : double.NegativeInfinity;
                var to = next < 0 ? 0 : k;
                while (to-- > 0)
                    sum = AddLogs(sum, transitions.Between[tag, to] + emissions[next, to] + right[next * k + to]);
                right[pos * k + tag] = sum;
            }
            next = pos;
        }
        return right;
    }

    private static double AddLogs(double a, double b)
    {
        if (a < b) (a, b) = (b, a);
        if (b == double.NegativeInfinity) return a;
        return a + Math.Log(1 + Math.Exp(b - a));
    }

    private static void Guard(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        if (mask.Length != emissions.RowCount) throw new ArgumentException("Number of mask entries.");
        var pos = 0;
        while (pos < mask.Length && !mask[pos]) pos++;
        if (pos == mask.Length) throw new ArgumentException("No token counts.");
        var k = emissions.ColumnCount;
        if (transitions.Between.RowCount != k) throw new ArgumentException("Rows of between.");
        if (transitions.Between.ColumnCount != k) throw new ArgumentException("Columns of between.");
        if (transitions.Start.Count != k) throw new ArgumentException("Number of start scores.");
        if (transitions.Stop.Count != k) throw new ArgumentException("Number of stop scores.");
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
