namespace Kata078;

public static class CrfNer
{
    private const double Never = double.NegativeInfinity;

    public static double PathScore(Matrix<double> emissions, TransitionScores transitions, bool[] mask, int[] tags)
    {
        Check(emissions, transitions, mask);
        if (tags.Length != mask.Length)
        {
            throw new ArgumentException("one tag per token, please");
        }

        double score = 0;
        var previous = -1;
        for (var i = 0; i < tags.Length; i++)
        {
            if (!mask[i])
            {
                continue;
            }

            if (tags[i] < 0 || tags[i] >= emissions.ColumnCount)
            {
                throw new ArgumentOutOfRangeException(nameof(tags));
            }

            score += previous == -1 ? transitions.Start[tags[i]] : transitions.Between[previous, tags[i]];
            score += emissions[i, tags[i]];
            previous = tags[i];
        }

        return score + transitions.Stop[previous];
    }

    public static double LogPartition(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        Check(emissions, transitions, mask);
        var k = emissions.ColumnCount;
        double[]? alpha = null;
        for (var i = 0; i < mask.Length; i++)
        {
            if (mask[i])
            {
                alpha = Next(alpha, emissions, transitions, i);
            }
        }

        var ends = new double[k];
        for (var tag = 0; tag < k; tag++)
        {
            ends[tag] = alpha![tag] + transitions.Stop[tag];
        }

        return LogSum(ends);
    }

    public static int[] Viterbi(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        Check(emissions, transitions, mask);
        int n = mask.Length, k = emissions.ColumnCount;
        var score = new double[n, k];
        var back = new int[n, k];
        var last = -1;
        for (var i = 0; i < n; i++)
        {
            if (!mask[i])
            {
                continue;
            }

            for (var to = 0; to < k; to++)
            {
                var best = last < 0 ? transitions.Start[to] : Never;
                for (var from = 0; last >= 0 && from < k; from++)
                {
                    if (score[last, from] + transitions.Between[from, to] > best)
                    {
                        best = score[last, from] + transitions.Between[from, to];
                        back[i, to] = from;
                    }
                }

                score[i, to] = best + emissions[i, to];
            }

            last = i;
        }

        var top = Never;
        var current = -1;
        for (var tag = 0; tag < k; tag++)
        {
            if (score[last, tag] + transitions.Stop[tag] > top)
            {
                top = score[last, tag] + transitions.Stop[tag];
                current = tag;
            }
        }

        if (current < 0)
        {
            throw new ArgumentException("no sequence is possible");
        }

        var tags = new int[n];
        for (var i = n - 1; i >= 0; i--)
        {
            tags[i] = -1;
            if (mask[i])
            {
                tags[i] = current;
                current = back[i, current];
            }
        }

        return tags;
    }

    public static Matrix<double> Marginals(Matrix<double> emissions, TransitionScores transitions, bool[] mask) =>
        Expected(emissions, transitions, mask).Tags;

    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        Matrix<double> emissions, TransitionScores transitions, bool[] mask, int[] tags)
    {
        if (PathScore(emissions, transitions, mask, tags) == Never)
        {
            throw new ArgumentException("forbidden annotation");
        }

        var (expected, steps) = Expected(emissions, transitions, mask);
        int first = -1, previous = -1;
        for (var i = 0; i < tags.Length; i++)
        {
            if (!mask[i])
            {
                continue;
            }

            expected[i, tags[i]]--;
            if (previous >= 0)
            {
                steps[tags[previous], tags[i]]--;
            }
            else
            {
                first = i;
            }

            previous = i;
        }

        return (expected, new TransitionScores(steps, expected.Row(first), expected.Row(previous)));
    }

    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        var k = labels.Count;
        var scores = new TransitionScores(Matrix<double>.Build.Dense(k, k), Vector<double>.Build.Dense(k), Vector<double>.Build.Dense(k));
        for (var to = 0; to < k; to++)
        {
            var label = labels[to];
            var begins = label.StartsWith("B-", StringComparison.Ordinal) && label.Length > 2;
            var continues = label.StartsWith("I-", StringComparison.Ordinal) && label.Length > 2;
            if (label != "O" && !begins && !continues)
            {
                throw new ArgumentException($"unknown label '{label}'");
            }

            if (!continues)
            {
                continue;
            }

            scores.Start[to] = Never;
            for (var from = 0; from < k; from++)
            {
                if (labels[from] != label && labels[from] != "B" + label.Substring(1))
                {
                    scores.Between[from, to] = Never;
                }
            }
        }

        return scores;
    }

    public static Matrix<double> WeightedEmissions(Matrix<double> emissions, Vector<double> classWeights)
    {
        if (classWeights.Count != emissions.ColumnCount)
        {
            throw new ArgumentException("one weight per tag, please");
        }

        var weighted = emissions.Clone();
        for (var tag = 0; tag < classWeights.Count; tag++)
        {
            if (!(classWeights[tag] >= 0 && classWeights[tag] < double.PositiveInfinity))
            {
                throw new ArgumentException($"weight {classWeights[tag]}");
            }

            for (var i = 0; i < emissions.RowCount; i++)
            {
                weighted[i, tag] += Math.Log(classWeights[tag]);
            }
        }

        return weighted;
    }

    private static (Matrix<double> Tags, Matrix<double> Steps) Expected(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        var logZ = LogPartition(emissions, transitions, mask);
        if (logZ == Never)
        {
            throw new ArgumentException("no sequence is possible");
        }

        int n = mask.Length, k = emissions.ColumnCount;
        var alphas = new double[n][];
        double[]? alpha = null;
        for (var i = 0; i < n; i++)
        {
            alphas[i] = mask[i] ? alpha = Next(alpha, emissions, transitions, i) : [];
        }

        var tags = Matrix<double>.Build.Dense(n, k);
        var steps = Matrix<double>.Build.Dense(k, k);
        var beta = transitions.Stop.ToArray();
        for (var i = n - 1; i >= 0; i--)
        {
            if (!mask[i])
            {
                continue;
            }

            var previous = i - 1;
            while (previous >= 0 && !mask[previous])
            {
                previous--;
            }

            var before = new double[k];
            for (var from = 0; from < k; from++)
            {
                tags[i, from] = Math.Exp(alphas[i][from] + beta[from] - logZ);
                var ways = new double[k];
                for (var to = 0; to < k; to++)
                {
                    ways[to] = transitions.Between[from, to] + emissions[i, to] + beta[to];
                    if (previous >= 0)
                    {
                        steps[from, to] += Math.Exp(alphas[previous][from] + ways[to] - logZ);
                    }
                }

                before[from] = LogSum(ways);
            }

            beta = before;
        }

        return (tags, steps);
    }

    private static double[] Next(double[]? alpha, Matrix<double> emissions, TransitionScores transitions, int token)
    {
        var k = emissions.ColumnCount;
        var next = new double[k];
        var ways = new double[k];
        for (var to = 0; to < k; to++)
        {
            for (var from = 0; alpha != null && from < k; from++)
            {
                ways[from] = alpha[from] + transitions.Between[from, to];
            }

            next[to] = emissions[token, to] + (alpha == null ? transitions.Start[to] : LogSum(ways));
        }

        return next;
    }

    private static double LogSum(double[] values)
    {
        var max = Never;
        foreach (var value in values)
        {
            max = Math.Max(max, value);
        }

        double sum = 0;
        foreach (var value in values)
        {
            sum += value == Never ? 0 : Math.Exp(value - max);
        }

        return sum == 0 ? Never : max + Math.Log(sum);
    }

    private static void Check(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        var k = emissions.ColumnCount;
        if (mask.Length != emissions.RowCount || Array.IndexOf(mask, true) < 0 ||
            transitions.Between.RowCount != k || transitions.Between.ColumnCount != k || transitions.Start.Count != k || transitions.Stop.Count != k)
        {
            throw new ArgumentException("sizes do not fit, or no token counts");
        }
    }
}

public sealed record TransitionScores(Matrix<double> Between, Vector<double> Start, Vector<double> Stop);
