// stop-at-the-count-less-one: PathScore looks up the stop score by the tag at place “number of counted tokens less one”, as if padding stood at the end only.
namespace Kata078;

/// <summary>Linear-chain CRF, after the well-known PyTorch module: one pass over all tokens, the mask selects.</summary>
public static class CrfNer
{
    /// <summary>Score of one tag sequence.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        Validate(emissions, transitions, mask);
        ValidateTags(emissions, mask, tags);

        double score = 0.0;
        int lastTag = -1;
        for (int i = 0; i < tags.Length; i++)
        {
            if (mask[i])
            {
                if (lastTag == -1)
                    score += transitions.Start[tags[i]];
                else
                    score += transitions.Between[lastTag, tags[i]];
                score += emissions[i, tags[i]];
                lastTag = tags[i];
            }
        }

        // end transition
        int seqEnd = mask.Count(x => x) - 1;
        score += transitions.Stop[tags[seqEnd]];
        return score;
    }

    /// <summary>ln Z.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        Validate(emissions, transitions, mask);
        double[]? score = null;
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i])
                score = NextScore(score, emissions.Row(i).ToArray(), transitions);
        }
        for (int tag = 0; tag < score!.Length; tag++)
            score[tag] += transitions.Stop[tag];
        return LogSumExp(score);
    }

    /// <summary>A best tag sequence.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        Validate(emissions, transitions, mask);
        int numTags = emissions.ColumnCount;
        double[]? score = null;
        var history = new List<int[]>();

        for (int i = 0; i < mask.Length; i++)
        {
            if (!mask[i])
                continue;
            var nextScore = new double[numTags];
            if (score == null)
            {
                for (int tag = 0; tag < numTags; tag++)
                    nextScore[tag] = transitions.Start[tag] + emissions[i, tag];
            }
            else
            {
                var indices = new int[numTags];
                for (int tag = 0; tag < numTags; tag++)
                {
                    for (int prev = 1; prev < numTags; prev++)
                    {
                        if (score[prev] + transitions.Between[prev, tag] > score[indices[tag]] + transitions.Between[indices[tag], tag])
                            indices[tag] = prev;
                    }
                    nextScore[tag] = score[indices[tag]] + transitions.Between[indices[tag], tag] + emissions[i, tag];
                }
                history.Add(indices);
            }
            score = nextScore;
        }

        int best = 0;
        for (int tag = 0; tag < numTags; tag++)
        {
            score![tag] += transitions.Stop[tag];
            if (score[tag] > score[best])
                best = tag;
        }
        if (double.IsNegativeInfinity(score![best]))
            throw new ArgumentException("every sequence is forbidden");

        var bestTags = new List<int> { best };
        for (int h = history.Count - 1; h >= 0; h--)
        {
            best = history[h][best];
            bestTags.Add(best);
        }

        var result = new int[mask.Length];
        int next = bestTags.Count - 1;
        for (int i = 0; i < mask.Length; i++)
            result[i] = mask[i] ? bestTags[next--] : -1;
        return result;
    }

    /// <summary>Probability of each tag at each token.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        Validate(emissions, transitions, mask);
        return Posterior(emissions, transitions, mask, null);
    }

    /// <summary>Gradient of ln Z − score(tags).</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        Validate(emissions, transitions, mask);
        ValidateTags(emissions, mask, tags);
        int numTags = emissions.ColumnCount;

        // is the annotation possible at all?
        int firstIndex = -1, lastIndex = -1;
        bool possible = true;
        for (int i = 0; i < mask.Length; i++)
        {
            if (!mask[i])
                continue;
            possible &= !double.IsNegativeInfinity(emissions[i, tags[i]]);
            if (lastIndex == -1)
            {
                firstIndex = i;
                possible &= !double.IsNegativeInfinity(transitions.Start[tags[i]]);
            }
            else
            {
                possible &= !double.IsNegativeInfinity(transitions.Between[tags[lastIndex], tags[i]]);
            }
            lastIndex = i;
        }
        possible &= !double.IsNegativeInfinity(transitions.Stop[tags[lastIndex]]);
        if (!possible)
            throw new ArgumentException("the annotated sequence is forbidden");

        var gradBetween = Matrix<double>.Build.Dense(numTags, numTags);
        var gradEmissions = Posterior(emissions, transitions, mask, gradBetween);
        int previous = -1;
        for (int i = 0; i < mask.Length; i++)
        {
            if (!mask[i])
                continue;
            gradEmissions[i, tags[i]] -= 1.0;
            if (previous != -1)
                gradBetween[tags[previous], tags[i]] -= 1.0;
            previous = i;
        }
        return (gradEmissions, new TransitionScores(gradBetween, gradEmissions.Row(firstIndex), gradEmissions.Row(lastIndex)));
    }

    /// <summary>BIO rules.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        int numTags = labels.Count;
        for (int i = 0; i < numTags; i++)
        {
            string label = labels[i];
            bool isO = label == "O";
            bool isBI = label.Length >= 3 && (label[0] == 'B' || label[0] == 'I') && label[1] == '-';
            if (!isO && !isBI)
                throw new ArgumentException($"invalid label {label}");
        }
        var between = Matrix<double>.Build.Dense(numTags, numTags);
        var start = Vector<double>.Build.Dense(numTags);
        for (int to = 0; to < numTags; to++)
        {
            if (labels[to][0] != 'I')
                continue;
            start[to] = double.NegativeInfinity;
            string type = labels[to].Substring(2);
            for (int prev = 0; prev < numTags; prev++)
            {
                if (labels[prev] != "B-" + type && labels[prev] != "I-" + type)
                    between[prev, to] = double.NegativeInfinity;
            }
        }
        return new TransitionScores(between, start, Vector<double>.Build.Dense(numTags));
    }

    /// <summary>Class weights.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        if (classWeights.Count != emissions.ColumnCount)
            throw new ArgumentException("wrong number of weights");
        foreach (double w in classWeights)
        {
            if (w < 0 || !double.IsFinite(w))
                throw new ArgumentException("weights must be finite and >= 0");
        }
        return Matrix<double>.Build.Dense(
            emissions.RowCount, emissions.ColumnCount, (i, tag) => emissions[i, tag] + Math.Log(classWeights[tag]));
    }

    private static Matrix<double> Posterior(Matrix<double> emissions, TransitionScores transitions, bool[] mask, Matrix<double>? pairs)
    {
        int n = mask.Length, numTags = emissions.ColumnCount;
        var forward = new double[n][];
        double[]? score = null;
        for (int i = 0; i < n; i++)
        {
            if (mask[i])
                forward[i] = score = NextScore(score, emissions.Row(i).ToArray(), transitions);
        }

        var beta = transitions.Stop.ToArray();
        var total = new double[numTags];
        for (int tag = 0; tag < numTags; tag++)
            total[tag] = score![tag] + beta[tag];
        double logZ = LogSumExp(total);
        if (double.IsNegativeInfinity(logZ))
            throw new ArgumentException("every sequence is forbidden");

        var result = Matrix<double>.Build.Dense(n, numTags);
        int after = -1;
        for (int i = n - 1; i >= 0; i--)
        {
            if (!mask[i])
                continue;
            if (after != -1)
            {
                var newBeta = new double[numTags];
                for (int prev = 0; prev < numTags; prev++)
                {
                    var terms = new double[numTags];
                    for (int tag = 0; tag < numTags; tag++)
                    {
                        terms[tag] = transitions.Between[prev, tag] + emissions[after, tag] + beta[tag];
                        if (pairs != null)
                            pairs[prev, tag] += Math.Exp(forward[i][prev] + terms[tag] - logZ);
                    }
                    newBeta[prev] = LogSumExp(terms);
                }
                beta = newBeta;
            }
            for (int tag = 0; tag < numTags; tag++)
                result[i, tag] = Math.Exp(forward[i][tag] + beta[tag] - logZ);
            after = i;
        }
        return result;
    }

    private static double[] NextScore(double[]? score, double[] emission, TransitionScores transitions)
    {
        int numTags = emission.Length;
        var next = new double[numTags];
        var broadcast = new double[numTags];
        for (int tag = 0; tag < numTags; tag++)
        {
            if (score == null)
            {
                next[tag] = transitions.Start[tag] + emission[tag];
                continue;
            }
            for (int prev = 0; prev < numTags; prev++)
                broadcast[prev] = score[prev] + transitions.Between[prev, tag];
            next[tag] = LogSumExp(broadcast) + emission[tag];
        }
        return next;
    }

    private static double LogSumExp(double[] values)
    {
        double max = values.Max();
        if (double.IsNegativeInfinity(max))
            return max;
        double sum = 0;
        foreach (double v in values)
            sum += Math.Exp(v - max);
        return max + Math.Log(sum);
    }

    private static void Validate(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        if (emissions.RowCount != mask.Length)
            throw new ArgumentException("the first dimensions of emissions and mask must match");
        if (!mask.Any(x => x))
            throw new ArgumentException("mask must have at least one true");
        int numTags = emissions.ColumnCount;
        if (transitions.Between.RowCount != numTags || transitions.Between.ColumnCount != numTags
            || transitions.Start.Count != numTags || transitions.Stop.Count != numTags)
            throw new ArgumentException("expected transition scores for " + numTags + " tags");
    }

    private static void ValidateTags(Matrix<double> emissions, bool[] mask, int[] tags)
    {
        if (tags.Length != emissions.RowCount)
            throw new ArgumentException("the first dimensions of emissions and tags must match");
        for (int i = 0; i < tags.Length; i++)
        {
            if (mask[i] && (tags[i] < 0 || tags[i] >= emissions.ColumnCount))
                throw new ArgumentException("tag out of range");
        }
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
