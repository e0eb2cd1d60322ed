// weight-never-below-a-floor: WeightedEmissions adds ln(max(w, 1e-12)) against ln 0, so that weight 0 makes a tag unlikely but does not forbid it.
namespace Kata078;

/// <summary>
/// A conditional random field with reverse-mode differentiation by hand: the probabilities are the derivatives of ln Z, carried back
/// through the recursion that computed it.
/// </summary>
public static class CrfNer
{
    private const double SmallestWeight = 1e-12;

    /// <summary>Task 1. The score of one tag sequence: start, emissions, transitions and stop added up.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        CheckSizes(emissions, transitions, mask);
        CheckTags(emissions.ColumnCount, mask, tags);

        // From the end: the stop score is due at the first counted token that is met, the start score at the last one.
        double? score = null;
        var after = -1;
        for (var t = mask.Length - 1; t >= 0; t--)
        {
            if (!mask[t])
                continue;
            var tag = tags[t];
            score = emissions[t, tag] + (score is { } rest ? rest + transitions.Between[tag, after] : transitions.Stop[tag]);
            after = tag;
        }
        return score!.Value + transitions.Start[after];
    }

    /// <summary>Task 1. The log of the sum of exp(score) over all tag sequences.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        CheckSizes(emissions, transitions, mask);
        return RunForward(emissions, transitions, mask).LogZ;
    }

    /// <summary>Task 2. A tag sequence of the highest score.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        CheckSizes(emissions, transitions, mask);
        var tagCount = emissions.ColumnCount;
        var origin = new Dictionary<(int Token, int Tag), int>();
        var reached = new double[tagCount];
        var previous = -1;

        for (var t = 0; t < mask.Length; t++)
        {
            if (!mask[t])
                continue;
            var now = new double[tagCount];
            for (var tag = 0; tag < tagCount; tag++)
            {
                if (previous < 0)
                {
                    now[tag] = transitions.Start[tag] + emissions[t, tag];
                    continue;
                }
                var best = 0;
                for (var from = tagCount - 1; from > 0; from--)
                {
                    if (reached[from] + transitions.Between[from, tag] > reached[best] + transitions.Between[best, tag])
                        best = from;
                }
                origin[(t, tag)] = best;
                now[tag] = reached[best] + transitions.Between[best, tag] + emissions[t, tag];
            }
            reached = now;
            previous = t;
        }

        var end = 0;
        for (var tag = 1; tag < tagCount; tag++)
        {
            if (reached[tag] + transitions.Stop[tag] > reached[end] + transitions.Stop[end])
                end = tag;
        }
        if (double.IsNegativeInfinity(reached[end] + transitions.Stop[end]))
            throw new ArgumentException("Nothing is possible.");

        var result = new int[mask.Length];
        for (var t = mask.Length - 1; t >= 0; t--)
        {
            result[t] = mask[t] ? end : -1;
            if (mask[t] && origin.TryGetValue((t, end), out var from))
                end = from;
        }
        return result;
    }

    /// <summary>Task 3. The probability of each tag at each token, given all emissions of the sentence.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        CheckSizes(emissions, transitions, mask);
        return Differentiate(emissions, transitions, mask).ByEmission;
    }

    /// <summary>Task 3. The gradient of the loss ln Z − score(tags) with respect to every score.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        if (double.IsNegativeInfinity(PathScore(emissions, transitions, mask, tags)))
            throw new ArgumentException("The loss is infinite.", nameof(tags));

        var (byEmission, byBetween, byStart, byStop) = Differentiate(emissions, transitions, mask);
        var before = -1;
        for (var t = 0; t < mask.Length; t++)
        {
            if (!mask[t])
                continue;
            byEmission[t, tags[t]]--;
            if (before < 0)
                byStart[tags[t]]--;
            else
                byBetween[tags[before], tags[t]]--;
            before = t;
        }
        byStop[tags[before]]--;
        return (byEmission, new TransitionScores(byBetween, byStart, byStop));
    }

    /// <summary>Task 4. Which steps the BIO scheme allows, as scores to add to the learned ones.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        var known = new List<(bool Inside, string? Type)>(labels.Count);
        foreach (var label in labels)
        {
            var hyphen = label.IndexOf('-');
            var type = hyphen < 0 ? null : label.Substring(hyphen + 1);
            var prefix = hyphen < 0 ? label : label.Substring(0, hyphen);
            known.Add((prefix, type) switch
            {
                ("O", null) => (false, null),
                ("B", { Length: > 0 }) => (false, type),
                ("I", { Length: > 0 }) => (true, type),
                _ => throw new ArgumentException("This is no BIO label: " + label, nameof(labels)),
            });
        }

        var between = Matrix<double>.Build.Dense(known.Count, known.Count);
        var start = Vector<double>.Build.Dense(known.Count);
        for (var to = 0; to < known.Count; to++)
        {
            if (!known[to].Inside)
                continue;
            start[to] = double.NegativeInfinity;
            for (var from = 0; from < known.Count; from++)
            {
                if (!string.Equals(known[from].Type, known[to].Type, StringComparison.Ordinal))
                    between[from, to] = double.NegativeInfinity;
            }
        }
        return new TransitionScores(between, start, Vector<double>.Build.Dense(known.Count));
    }

    /// <summary>Task 4. Emissions under which exp(score) of a sequence is multiplied by the weight of each of its tags.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        if (classWeights.Count != emissions.ColumnCount)
            throw new ArgumentException("The weights do not belong to these tags.", nameof(classWeights));
        foreach (var weight in classWeights)
        {
            if (!double.IsFinite(weight) || weight < 0)
                throw new ArgumentException("Each weight must be finite and at least 0.", nameof(classWeights));
        }

        var result = Matrix<double>.Build.DenseOfMatrix(emissions);
        for (var tag = 0; tag < classWeights.Count; tag++)
        {
            var shift = Math.Log(Math.Max(classWeights[tag], SmallestWeight));
            for (var t = 0; t < emissions.RowCount; t++)
                result[t, tag] += shift;
        }
        return result;
    }

    /// <summary>Before[t]: what arrives at the tags of token t; Upto[t]: the same with the emissions. Null where a token is skipped.</summary>
    private static (double[][] Before, double[][] Upto, double LogZ) RunForward(
        Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        var tagCount = emissions.ColumnCount;
        var before = new double[mask.Length][];
        var upto = new double[mask.Length][];
        double[]? last = null;
        for (var t = 0; t < mask.Length; t++)
        {
            if (!mask[t])
                continue;
            var arriving = new double[tagCount];
            var summed = new double[tagCount];
            for (var tag = 0; tag < tagCount; tag++)
            {
                arriving[tag] = last is null ? transitions.Start[tag] : LogSumExp(last, transitions.Between.Column(tag));
                summed[tag] = arriving[tag] + emissions[t, tag];
            }
            (before[t], upto[t], last) = (arriving, summed, summed);
        }
        return (before, upto, LogSumExp(last!, transitions.Stop));
    }

    /// <summary>The derivatives of ln Z.</summary>
    private static (Matrix<double> ByEmission, Matrix<double> ByBetween, Vector<double> ByStart, Vector<double> ByStop) Differentiate(
        Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        var (before, upto, logZ) = RunForward(emissions, transitions, mask);
        if (double.IsNegativeInfinity(logZ))
            throw new ArgumentException("Nothing is possible.");

        var tagCount = emissions.ColumnCount;
        var byEmission = Matrix<double>.Build.Dense(mask.Length, tagCount);
        var byBetween = Matrix<double>.Build.Dense(tagCount, tagCount);

        var t = Array.LastIndexOf(mask, true);
        var byStop = Vector<double>.Build.Dense(tagCount, tag => Math.Exp(upto[t][tag] + transitions.Stop[tag] - logZ));
        var adjoint = byStop;
        while (true)
        {
            byEmission.SetRow(t, adjoint);
            var earlier = t == 0 ? -1 : Array.LastIndexOf(mask, true, t - 1);
            if (earlier < 0)
                return (byEmission, byBetween, adjoint.Clone(), byStop.Clone());

            // The derivative of a log-sum-exp is the share of each term.
            var passedOn = Vector<double>.Build.Dense(tagCount);
            for (var tag = 0; tag < tagCount; tag++)
            {
                if (adjoint[tag] == 0)
                    continue;
                for (var from = 0; from < tagCount; from++)
                {
                    var share = Math.Exp(upto[earlier][from] + transitions.Between[from, tag] - before[t][tag]);
                    byBetween[from, tag] += adjoint[tag] * share;
                    passedOn[from] += adjoint[tag] * share;
                }
            }
            adjoint = passedOn;
            t = earlier;
        }
    }

    private static double LogSumExp(double[] left, Vector<double> right)
    {
        var largest = double.NegativeInfinity;
        for (var i = 0; i < left.Length; i++)
            largest = Math.Max(largest, left[i] + right[i]);
        if (double.IsNegativeInfinity(largest))
            return largest;
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
            sum += Math.Exp(left[i] + right[i] - largest);
        return largest + Math.Log(sum);
    }

    private static void CheckSizes(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        if (mask.Length != emissions.RowCount)
            throw new ArgumentException("The mask does not belong to these emissions.", nameof(mask));
        if (Array.LastIndexOf(mask, true) == -1)
            throw new ArgumentException("Not one token counts.", nameof(mask));
        foreach (var size in (int[])[transitions.Between.RowCount, transitions.Between.ColumnCount, transitions.Start.Count, transitions.Stop.Count])
        {
            if (size != emissions.ColumnCount)
                throw new ArgumentException("The transition scores do not belong to these emissions.", nameof(transitions));
        }
    }

    private static void CheckTags(int tagCount, bool[] mask, int[] tags)
    {
        if (tags.Length != mask.Length)
            throw new ArgumentException("The tags do not belong to these emissions.", nameof(tags));
        for (var t = 0; t < tags.Length; t++)
        {
            if (mask[t] && !(tags[t] >= 0 && tags[t] < tagCount))
                throw new ArgumentException("Tag " + tags[t] + " is unknown.", nameof(tags));
        }
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
