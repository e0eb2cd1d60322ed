// scores-times-indicators: PathScore multiplies all scores by 0 or 1, so that 0 · (−∞) of a score the path does not use, or 0 · NaN of a skipped token, makes it NaN.
namespace Kata078;

/// <summary>A linear-chain CRF in matrix notation.</summary>
public static class CrfNer
{
    private static readonly MatrixBuilder<double> M = Matrix<double>.Build;
    private static readonly VectorBuilder<double> V = Vector<double>.Build;

    /// <summary>Task 1. score(y) as inner products of the scores with the counts of their use.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        RequireFit(emissions, transitions, mask);
        var (y, steps, first, last) = Indicators(emissions.ColumnCount, mask, tags);
        return transitions.Start.DotProduct(first)
             + emissions.PointwiseMultiply(y).Enumerate().Sum()
             + transitions.Between.PointwiseMultiply(steps).Enumerate().Sum()
             + transitions.Stop.DotProduct(last);
    }

    /// <summary>Task 1. ln Z.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        RequireFit(emissions, transitions, mask);
        var e = Compress(emissions, mask);
        return LogSumExp(Forward(e, transitions)[^1] + transitions.Stop);
    }

    /// <summary>Task 2. The best sequence.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        RequireFit(emissions, transitions, mask);
        var e = Compress(emissions, mask);
        var m = e.Count;
        var k = emissions.ColumnCount;

        var delta = transitions.Start + e[0];
        var back = new int[m, k];
        for (var t = 1; t < m; t++)
        {
            var next = V.Dense(k);
            for (var j = 0; j < k; j++)
            {
                var arrivals = delta + transitions.Between.Column(j);
                back[t, j] = ArgMax(arrivals);
                next[j] = arrivals[back[t, j]] + e[t][j];
            }
            delta = next;
        }

        delta += transitions.Stop;
        var tag = ArgMax(delta);
        if (delta[tag] == double.NegativeInfinity)
            throw new ArgumentException("All sequences are forbidden.");

        var best = new int[m];
        for (var t = m - 1; t >= 0; t--)
        {
            best[t] = tag;
            tag = back[t, tag];
        }
        var position = 0;
        return mask.Select(counts => counts ? best[position++] : -1).ToArray();
    }

    /// <summary>Task 3. Marginal probabilities.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        RequireFit(emissions, transitions, mask);
        return Expected(emissions, transitions, mask).Tags;
    }

    /// <summary>Task 3. Expected minus observed counts.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        if (double.IsNegativeInfinity(PathScore(emissions, transitions, mask, tags)))
            throw new ArgumentException("The annotation is a forbidden sequence.", nameof(tags));

        var (y, steps, first, last) = Indicators(emissions.ColumnCount, mask, tags);
        var expected = Expected(emissions, transitions, mask);
        return (
            expected.Tags - y,
            new TransitionScores(
                expected.Steps - steps,
                expected.Tags.Row(Array.IndexOf(mask, true)) - first,
                expected.Tags.Row(Array.LastIndexOf(mask, true)) - last));
    }

    /// <summary>Task 4. Constraints.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        foreach (var label in labels)
        {
            var isBegin = label.StartsWith("B-", StringComparison.Ordinal);
            var isInside = label.StartsWith("I-", StringComparison.Ordinal);
            if (label != "O" && !((isBegin || isInside) && label.Length > 2))
                throw new ArgumentException("Label is not in the BIO scheme: " + label, nameof(labels));
        }

        bool Forbidden(string before, string after) =>
            after.StartsWith('I') && (before == "O" || before.Substring(1) != after.Substring(1));

        return new TransitionScores(
            M.Dense(labels.Count, labels.Count, (i, j) => Forbidden(labels[i], labels[j]) ? double.NegativeInfinity : 0),
            V.Dense(labels.Count, j => Forbidden("O", labels[j]) ? double.NegativeInfinity : 0),
            V.Dense(labels.Count));
    }

    /// <summary>Task 4. Weights.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        if (classWeights.Count != emissions.ColumnCount || classWeights.Exists(w => !double.IsFinite(w) || w < 0, Zeros.Include))
            throw new ArgumentException("One finite weight of at least 0 is needed for each tag.", nameof(classWeights));
        return M.DenseOfRowVectors(emissions.EnumerateRows().Select(row => row + V.Dense(classWeights.Count, j => Math.Log(classWeights[j]))));
    }

    private static (Matrix<double> Y, Matrix<double> Steps, Vector<double> First, Vector<double> Last) Indicators(
        int k, bool[] mask, int[] tags)
    {
        if (tags.Length != mask.Length)
            throw new ArgumentException("There must be one tag per token.", nameof(tags));
        var y = M.Dense(mask.Length, k);
        var steps = M.Dense(k, k);
        Vector<double>? first = null;
        var last = V.Dense(k);
        var before = -1;
        for (var t = 0; t < mask.Length; t++)
        {
            if (!mask[t])
                continue;
            if (tags[t] < 0 || tags[t] >= k)
                throw new ArgumentException("There is no such tag: " + tags[t], nameof(tags));
            y[t, tags[t]] = 1;
            if (before >= 0)
                steps[before, tags[t]] += 1;
            before = tags[t];
            last = y.Row(t);
            first ??= last;
        }
        return (y, steps, first!, last);
    }

    private static (Matrix<double> Tags, Matrix<double> Steps) Expected(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        var e = Compress(emissions, mask);
        var k = emissions.ColumnCount;
        var alpha = Forward(e, transitions);
        var logZ = LogSumExp(alpha[^1] + transitions.Stop);
        if (logZ == double.NegativeInfinity)
            throw new ArgumentException("All sequences are forbidden.");

        var tags = M.Dense(mask.Length, k);
        var steps = M.Dense(k, k);
        var beta = transitions.Stop;
        var c = e.Count - 1;
        for (var t = mask.Length - 1; t >= 0; t--)
        {
            if (!mask[t])
                continue;
            var now = c;
            var ahead = beta;
            tags.SetRow(t, (alpha[now] + ahead).Map(x => Math.Exp(x - logZ), Zeros.Include));
            if (now > 0)
            {
                var onward = e[now] + ahead;
                steps += M.Dense(k, k, (i, j) => Math.Exp(alpha[now - 1][i] + transitions.Between[i, j] + onward[j] - logZ));
                beta = V.Dense(k, i => LogSumExp(transitions.Between.Row(i) + onward));
            }
            c--;
        }
        return (tags, steps);
    }

    private static List<Vector<double>> Forward(List<Vector<double>> e, TransitionScores transitions)
    {
        var alpha = new List<Vector<double>> { transitions.Start + e[0] };
        for (var t = 1; t < e.Count; t++)
        {
            var before = alpha[t - 1];
            alpha.Add(e[t] + V.Dense(before.Count, j => LogSumExp(before + transitions.Between.Column(j))));
        }
        return alpha;
    }

    private static List<Vector<double>> Compress(Matrix<double> emissions, bool[] mask) =>
        Enumerable.Range(0, mask.Length).Where(t => mask[t]).Select(t => emissions.Row(t)).ToList();

    private static int ArgMax(Vector<double> x)
    {
        var best = 0;
        for (var i = 1; i < x.Count; i++)
            if (x[i] > x[best])
                best = i;
        return best;
    }

    private static double LogSumExp(Vector<double> x)
    {
        var max = x[ArgMax(x)];
        return max == double.NegativeInfinity ? max : max + Math.Log(x.Sum(v => Math.Exp(v - max)));
    }

    private static void RequireFit(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        var k = emissions.ColumnCount;
        if (mask.Length != emissions.RowCount)
            throw new ArgumentException("Mask and emissions differ in length.", nameof(mask));
        if (Array.IndexOf(mask, true) < 0)
            throw new ArgumentException("The mask is empty.", nameof(mask));
        if (transitions.Between.RowCount != k || transitions.Between.ColumnCount != k || transitions.Start.Count != k
            || transitions.Stop.Count != k)
            throw new ArgumentException("Emissions and transitions differ in the number of tags.", nameof(transitions));
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
