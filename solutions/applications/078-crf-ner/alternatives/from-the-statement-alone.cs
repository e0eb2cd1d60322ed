namespace Kata078;

/// <summary>
/// A linear-chain conditional random field on top of an encoder: the encoder scores every tag at every token, the field
/// scores how tags follow one another, and a whole sequence of tags is normalised or maximised at once.
/// Source: Lample et al. 2016, section 2.2 (arXiv:1603.01360); Sutton and McCallum 2010 (arXiv:1011.4088).
/// </summary>
public static class CrfNer
{
    /// <summary>Task 1. The score of one tag sequence: start, emissions, transitions and stop added up.</summary>
    /// <param name="emissions">One row per token, one score per tag.</param>
    /// <param name="transitions">Scores of starting, following and stopping.</param>
    /// <param name="mask">True where a token counts. Others are skipped, wherever they stand and whatever they hold.</param>
    /// <param name="tags">One tag per token; only those of counted tokens are read.</param>
    /// <returns>The log of the sequence's unnormalised weight; −∞ where one of its scores is.</returns>
    /// <exception cref="ArgumentException">
    /// Sizes do not fit, no token counts, or the tag of a counted token is not between 0 and k − 1.
    /// </exception>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        int[] at = Counted(emissions, transitions, mask);
        CheckTags(emissions, tags, at);
        double score = transitions.Start[tags[at[0]]] + transitions.Stop[tags[at[^1]]];
        for (int t = 0; t < at.Length; t++)
        {
            score += emissions[at[t], tags[at[t]]];
            if (t > 0)
                score += transitions.Between[tags[at[t - 1]], tags[at[t]]];
        }
        return score;
    }

    /// <summary>Task 1. The log of the sum of exp(score) over all tag sequences, in time proportional to n·k².</summary>
    /// <param name="emissions">One row per token, one score per tag.</param>
    /// <param name="transitions">Scores of starting, following and stopping.</param>
    /// <param name="mask">True where a token counts. Others are skipped, wherever they stand and whatever they hold.</param>
    /// <returns>ln Z; −∞ where no sequence is possible, never NaN.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, or no token counts.</exception>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        int[] at = Counted(emissions, transitions, mask);
        double[] last = Forward(emissions, transitions, at)[^1];
        var terms = new double[last.Length];
        for (int j = 0; j < terms.Length; j++)
            terms[j] = last[j] + transitions.Stop[j];
        return LogSumExp(terms);
    }

    /// <summary>Task 2. A tag sequence of the highest score.</summary>
    /// <param name="emissions">One row per token, one score per tag.</param>
    /// <param name="transitions">Scores of starting, following and stopping.</param>
    /// <param name="mask">True where a token counts. Others are skipped, wherever they stand and whatever they hold.</param>
    /// <returns>One tag per token, −1 for tokens that do not count. Among equally good sequences any may be returned.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, no token counts, or no sequence is possible.</exception>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        int[] at = Counted(emissions, transitions, mask);
        int k = emissions.ColumnCount;
        var best = new double[k];
        for (int j = 0; j < k; j++)
            best[j] = transitions.Start[j] + emissions[at[0], j];
        var from = new int[at.Length][];
        for (int t = 1; t < at.Length; t++)
        {
            var next = new double[k];
            from[t] = new int[k];
            for (int j = 0; j < k; j++)
            {
                double top = double.NegativeInfinity;
                for (int i = 0; i < k; i++)
                {
                    double candidate = best[i] + transitions.Between[i, j];
                    if (candidate > top)
                    {
                        top = candidate;
                        from[t][j] = i;
                    }
                }
                next[j] = top + emissions[at[t], j];
            }
            best = next;
        }

        int tag = -1;
        double highest = double.NegativeInfinity;
        for (int j = 0; j < k; j++)
        {
            double score = best[j] + transitions.Stop[j];
            if (score > highest)
            {
                highest = score;
                tag = j;
            }
        }
        if (tag < 0)
            throw new ArgumentException("Every sequence is forbidden.", nameof(transitions));

        var tags = new int[mask.Length];
        Array.Fill(tags, -1);
        for (int t = at.Length - 1; t >= 0; t--)
        {
            tags[at[t]] = tag;
            if (t > 0)
                tag = from[t][tag];
        }
        return tags;
    }

    /// <summary>Task 3. The probability of each tag at each token, given all emissions of the sentence.</summary>
    /// <param name="emissions">One row per token, one score per tag.</param>
    /// <param name="transitions">Scores of starting, following and stopping.</param>
    /// <param name="mask">True where a token counts. Others are skipped, wherever they stand and whatever they hold.</param>
    /// <returns>Rows that sum to 1, and rows of zeros for tokens that do not count.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, no token counts, or no sequence is possible.</exception>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        int[] at = Counted(emissions, transitions, mask);
        return MarginalsOf(emissions, at, Forward(emissions, transitions, at), Backward(emissions, transitions, at));
    }

    /// <summary>Task 3. The gradient of the loss ln Z − score(tags) with respect to every score.</summary>
    /// <param name="emissions">One row per token, one score per tag.</param>
    /// <param name="transitions">Scores of starting, following and stopping.</param>
    /// <param name="mask">True where a token counts. Others are skipped, wherever they stand and whatever they hold.</param>
    /// <param name="tags">The annotated sequence, one tag per token; only those of counted tokens are read.</param>
    /// <returns>Gradients in the shapes of the emissions and of the transition scores.</returns>
    /// <exception cref="ArgumentException">
    /// Sizes do not fit, no token counts, a tag of a counted token is not between 0 and k − 1, or the annotated sequence
    /// is forbidden: one of its scores is −∞, so that its loss is infinite.
    /// </exception>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        if (double.IsNegativeInfinity(PathScore(emissions, transitions, mask, tags)))
            throw new ArgumentException("The given tags take a forbidden step.", nameof(tags));
        int[] at = Counted(emissions, transitions, mask);
        int k = emissions.ColumnCount;
        double[][] forward = Forward(emissions, transitions, at);
        double[][] backward = Backward(emissions, transitions, at);

        var gradient = MarginalsOf(emissions, at, forward, backward);
        foreach (int token in at)
            gradient[token, tags[token]] -= 1;

        var start = Vector<double>.Build.Dense(k);
        var stop = Vector<double>.Build.Dense(k);
        for (int j = 0; j < k; j++)
        {
            start[j] = gradient[at[0], j];
            stop[j] = gradient[at[^1], j];
        }

        var between = Matrix<double>.Build.Dense(k, k);
        var terms = new double[k * k];
        for (int t = 1; t < at.Length; t++)
        {
            for (int i = 0; i < k; i++)
                for (int j = 0; j < k; j++)
                    terms[i * k + j] = forward[t - 1][i] + transitions.Between[i, j] + emissions[at[t], j] + backward[t][j];
            double logZ = LogSumExp(terms);
            for (int i = 0; i < k; i++)
                for (int j = 0; j < k; j++)
                    between[i, j] += Math.Exp(terms[i * k + j] - logZ);
            between[tags[at[t - 1]], tags[at[t]]] -= 1;
        }
        return (gradient, new TransitionScores(between, start, stop));
    }

    /// <summary>Task 4. Which steps the BIO scheme allows, as scores to add to the learned ones.</summary>
    /// <param name="labels">The label of each tag: O, B-TYPE or I-TYPE, in any order.</param>
    /// <returns>0 for what is allowed and −∞ for what is not; every label may stop a sentence.</returns>
    /// <exception cref="ArgumentException">A label is none of the three.</exception>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        int k = labels.Count;
        foreach (string label in labels)
        {
            bool valid = label == "O" || (label is { Length: > 2 } && label[0] is 'B' or 'I' && label[1] == '-');
            if (!valid)
                throw new ArgumentException($"'{label}' is not O, B-TYPE or I-TYPE.", nameof(labels));
        }
        var between = Matrix<double>.Build.Dense(k, k);
        var start = Vector<double>.Build.Dense(k);
        for (int j = 0; j < k; j++)
        {
            start[j] = Score("O", labels[j]);
            for (int i = 0; i < k; i++)
                between[i, j] = Score(labels[i], labels[j]);
        }
        return new TransitionScores(between, start, Vector<double>.Build.Dense(k));

        static double Score(string from, string to) =>
            to[0] != 'I' || (from[0] != 'O' && string.Equals(from[2..], to[2..], StringComparison.Ordinal))
                ? 0
                : double.NegativeInfinity;
    }

    /// <summary>Task 4. Emissions under which exp(score) of a sequence is multiplied by the weight of each of its tags.</summary>
    /// <param name="emissions">One row per token, one score per tag.</param>
    /// <param name="classWeights">One weight per tag: 1 changes nothing, 0 forbids the tag.</param>
    /// <returns>New emissions; those given are not changed.</returns>
    /// <exception cref="ArgumentException">As many weights as tags are needed, each finite and at least 0.</exception>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        if (classWeights.Count != emissions.ColumnCount)
            throw new ArgumentException("There must be one weight per tag.", nameof(classWeights));
        for (int j = 0; j < classWeights.Count; j++)
            if (!double.IsFinite(classWeights[j]) || classWeights[j] < 0)
                throw new ArgumentException("Weights must be finite and not negative.", nameof(classWeights));
        var result = Matrix<double>.Build.Dense(emissions.RowCount, emissions.ColumnCount);
        for (int j = 0; j < emissions.ColumnCount; j++)
        {
            double weight = classWeights[j];
            for (int i = 0; i < emissions.RowCount; i++)
                result[i, j] = weight == 0 ? double.NegativeInfinity : emissions[i, j] + Math.Log(weight);
        }
        return result;
    }

    // The positions of the tokens that count, after all checks that the methods with a mask share.
    private static int[] Counted(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        int k = emissions.ColumnCount;
        if (mask.Length != emissions.RowCount)
            throw new ArgumentException("The mask needs one entry per token.", nameof(mask));
        if (transitions.Between.RowCount != k || transitions.Between.ColumnCount != k
            || transitions.Start.Count != k || transitions.Stop.Count != k)
            throw new ArgumentException("The transition scores are not for the tags of the emissions.", nameof(transitions));
        int[] at = Enumerable.Range(0, mask.Length).Where(i => mask[i]).ToArray();
        if (at.Length == 0)
            throw new ArgumentException("No token counts.", nameof(mask));
        return at;
    }

    private static void CheckTags(Matrix<double> emissions, int[] tags, int[] at)
    {
        if (tags.Length != emissions.RowCount)
            throw new ArgumentException("There must be one tag per token.", nameof(tags));
        foreach (int token in at)
            if (tags[token] < 0 || tags[token] >= emissions.ColumnCount)
                throw new ArgumentException($"There is no tag {tags[token]}.", nameof(tags));
    }

    // Log weight of all sequences up to token t that end in tag j, its emission included.
    private static double[][] Forward(Matrix<double> emissions, TransitionScores transitions, int[] at)
    {
        int k = emissions.ColumnCount;
        var forward = new double[at.Length][];
        var terms = new double[k];
        for (int t = 0; t < at.Length; t++)
        {
            forward[t] = new double[k];
            for (int j = 0; j < k; j++)
            {
                if (t == 0)
                {
                    forward[t][j] = transitions.Start[j] + emissions[at[t], j];
                    continue;
                }
                for (int i = 0; i < k; i++)
                    terms[i] = forward[t - 1][i] + transitions.Between[i, j];
                forward[t][j] = LogSumExp(terms) + emissions[at[t], j];
            }
        }
        return forward;
    }

    // Log weight of all that can follow tag i at token t, its own emission not included.
    private static double[][] Backward(Matrix<double> emissions, TransitionScores transitions, int[] at)
    {
        int k = emissions.ColumnCount;
        var backward = new double[at.Length][];
        var terms = new double[k];
        for (int t = at.Length - 1; t >= 0; t--)
        {
            backward[t] = new double[k];
            for (int i = 0; i < k; i++)
            {
                if (t == at.Length - 1)
                {
                    backward[t][i] = transitions.Stop[i];
                    continue;
                }
                for (int j = 0; j < k; j++)
                    terms[j] = transitions.Between[i, j] + emissions[at[t + 1], j] + backward[t + 1][j];
                backward[t][i] = LogSumExp(terms);
            }
        }
        return backward;
    }

    private static Matrix<double> MarginalsOf(Matrix<double> emissions, int[] at, double[][] forward, double[][] backward)
    {
        int k = emissions.ColumnCount;
        var result = Matrix<double>.Build.Dense(emissions.RowCount, k);
        var terms = new double[k];
        for (int t = 0; t < at.Length; t++)
        {
            for (int j = 0; j < k; j++)
                terms[j] = forward[t][j] + backward[t][j];
            double logZ = LogSumExp(terms);
            if (double.IsNegativeInfinity(logZ))
                throw new ArgumentException("Every sequence is forbidden.");
            for (int j = 0; j < k; j++)
                result[at[t], j] = Math.Exp(terms[j] - logZ);
        }
        return result;
    }

    private static double LogSumExp(double[] terms)
    {
        double max = double.NegativeInfinity;
        foreach (double term in terms)
            max = Math.Max(max, term);
        if (double.IsNegativeInfinity(max))
            return max;
        double sum = 0;
        foreach (double term in terms)
            sum += Math.Exp(term - max);
        return max + Math.Log(sum);
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
