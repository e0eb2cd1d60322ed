// minus-infinity-becomes-nan: the log-sum-exp subtracts the largest term even where it is −∞, so that a tag at which nothing can arrive gets NaN.
namespace Kata078;

/// <summary>CRF tagging as a pipeline of sequences.</summary>
public static class CrfNer
{
    /// <summary>The score of one path.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags) =>
        Check(emissions, transitions, mask, tags)
            .Select((t, c) => (Token: t, Before: c - 1))
            .Aggregate(
                (Sum: 0.0, Last: -1),
                (path, at) => (
                    path.Sum + emissions[at.Token, tags[at.Token]]
                        + (at.Before < 0 ? transitions.Start[tags[at.Token]] : transitions.Between[path.Last, tags[at.Token]]),
                    tags[at.Token]),
                path => path.Sum + transitions.Stop[path.Last]);

    /// <summary>The log of the sum over all paths.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask) =>
        LogSumExp(Forward(emissions, transitions, Check(emissions, transitions, mask)).Last().Select((a, j) => a + transitions.Stop[j]));

    /// <summary>The best path.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var tokens = Check(emissions, transitions, mask);
        var tagset = Enumerable.Range(0, emissions.ColumnCount).ToArray();
        var scores = tagset.Select(j => transitions.Start[j] + emissions[tokens[0], j]).ToArray();
        var pointers = new Stack<int[]>();

        foreach (var t in tokens.Skip(1))
        {
            var known = scores;
            var from = tagset.Select(j => tagset.MaxBy(i => known[i] + transitions.Between[i, j])).ToArray();
            scores = tagset.Select(j => known[from[j]] + transitions.Between[from[j], j] + emissions[t, j]).ToArray();
            pointers.Push(from);
        }

        var final = scores;
        var end = tagset.MaxBy(j => final[j] + transitions.Stop[j]);
        if (double.IsNegativeInfinity(final[end] + transitions.Stop[end]))
            throw new ArgumentException("No path is possible.");

        var result = Enumerable.Repeat(-1, mask.Length).ToArray();
        result[tokens[^1]] = end;
        for (var c = tokens.Length - 2; c >= 0; c--)
            result[tokens[c]] = pointers.Pop()[result[tokens[c + 1]]];
        return result;
    }

    /// <summary>Probabilities of the tags.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var tokens = Check(emissions, transitions, mask);
        var forward = Forward(emissions, transitions, tokens);
        var backward = Backward(emissions, transitions, tokens);
        var logZ = LogSumExp(forward[0].Zip(backward[0], (a, b) => a + b));
        if (double.IsNegativeInfinity(logZ))
            throw new ArgumentException("No path is possible.");

        var result = Matrix<double>.Build.Dense(mask.Length, emissions.ColumnCount);
        foreach (var (c, t) in tokens.Index())
            result.SetRow(t, forward[c].Zip(backward[c], (a, b) => Math.Exp(a + b - logZ)).ToArray());
        return result;
    }

    /// <summary>Gradient of the loss.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        var tokens = Check(emissions, transitions, mask, tags);
        if (double.IsNegativeInfinity(PathScore(emissions, transitions, mask, tags)))
            throw new ArgumentException("The annotation has an infinite loss.", nameof(tags));

        var k = emissions.ColumnCount;
        var forward = Forward(emissions, transitions, tokens);
        var backward = Backward(emissions, transitions, tokens);
        var logZ = LogPartition(emissions, transitions, mask);

        var byEmission = Marginals(emissions, transitions, mask);
        foreach (var t in tokens)
            byEmission[t, tags[t]] -= 1;

        var byStep = Matrix<double>.Build.Dense(k, k, (i, j) => (
            from c in Enumerable.Range(1, tokens.Length - 1)
            let expected = Math.Exp(forward[c - 1][i] + transitions.Between[i, j] + emissions[tokens[c], j] + backward[c][j] - logZ)
            let observed = tags[tokens[c - 1]] == i && tags[tokens[c]] == j ? 1 : 0
            select expected - observed).Sum());

        return (byEmission, new TransitionScores(byStep, byEmission.Row(tokens[0]), byEmission.Row(tokens[^1])));
    }

    /// <summary>BIO as scores.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        var parsed = labels.Select(Parse).ToList();
        double Step((string Kind, string Type) a, (string Kind, string Type) b) =>
            b.Kind == "I" && (a.Kind == "O" || a.Type != b.Type) ? double.NegativeInfinity : 0;
        return new TransitionScores(
            Matrix<double>.Build.DenseOfRows(parsed.Select(a => parsed.Select(b => Step(a, b)))),
            Vector<double>.Build.DenseOfEnumerable(parsed.Select(b => Step(("O", ""), b))),
            Vector<double>.Build.DenseOfEnumerable(parsed.Select(_ => 0.0)));
    }

    /// <summary>Weights on the tags.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        if (classWeights.Count != emissions.ColumnCount)
            throw new ArgumentException("One weight per tag.", nameof(classWeights));
        if (classWeights.Any(w => double.IsNaN(w) || double.IsInfinity(w) || w < 0))
            throw new ArgumentException("Weights are finite and at least 0.", nameof(classWeights));
        var logs = classWeights.Select(w => Math.Log(w)).ToArray();
        return Matrix<double>.Build.DenseOfRows(emissions.EnumerateRows().Select(row => row.Zip(logs, (e, w) => e + w)));
    }

    private static (string Kind, string Type) Parse(string label)
    {
        if (label == "O")
            return ("O", "");
        var parts = label.Split('-', 2);
        return parts.Length == 2 && parts[0] is "B" or "I" && parts[^1] != ""
            ? (parts[0], parts[1])
            : throw new ArgumentException($"{label} is not a BIO label.", nameof(label));
    }

    private static List<double[]> Forward(Matrix<double> emissions, TransitionScores transitions, int[] tokens)
    {
        var tagset = Enumerable.Range(0, emissions.ColumnCount).ToArray();
        var all = new List<double[]> { tagset.Select(j => transitions.Start[j] + emissions[tokens[0], j]).ToArray() };
        foreach (var t in tokens.Skip(1))
        {
            var last = all[^1];
            all.Add(tagset.Select(j => emissions[t, j] + LogSumExp(tagset.Select(i => last[i] + transitions.Between[i, j]))).ToArray());
        }
        return all;
    }

    private static List<double[]> Backward(Matrix<double> emissions, TransitionScores transitions, int[] tokens)
    {
        var tagset = Enumerable.Range(0, emissions.ColumnCount).ToArray();
        var all = new LinkedList<double[]>();
        all.AddFirst(transitions.Stop.ToArray());
        foreach (var t in tokens.Skip(1).Reverse())
        {
            var next = all.First!.Value;
            all.AddFirst(tagset
                .Select(i => LogSumExp(tagset.Select(j => transitions.Between[i, j] + emissions[t, j] + next[j])))
                .ToArray());
        }
        return all.ToList();
    }

    private static double LogSumExp(IEnumerable<double> terms)
    {
        var list = terms.ToList();
        var max = list.Max();
        return max + Math.Log(list.Sum(x => Math.Exp(x - max)));
    }

    private static int[] Check(Matrix<double> emissions, TransitionScores transitions, bool[] mask, int[]? tags = null)
    {
        var (n, k) = (emissions.RowCount, emissions.ColumnCount);
        if (mask.Length != n)
            throw new ArgumentException("One mask entry per token.", nameof(mask));
        var tokens = Enumerable.Range(0, n).Where(t => mask[t]).ToArray();
        if (tokens.Length == 0)
            throw new ArgumentException("No token counts.", nameof(mask));
        if (new[] { transitions.Between.RowCount, transitions.Between.ColumnCount, transitions.Start.Count, transitions.Stop.Count }
            .Any(size => size != k))
            throw new ArgumentException("Transitions for another tag set.", nameof(transitions));
        if (tags is not null && (tags.Length != n || tokens.Any(t => tags[t] < 0 || tags[t] >= k)))
            throw new ArgumentException("One tag from 0 to k - 1 per token.", nameof(tags));
        return tokens;
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
