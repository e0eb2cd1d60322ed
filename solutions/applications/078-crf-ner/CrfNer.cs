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
        var counted = CountedTokens(emissions, transitions, mask);
        var path = TagsOf(counted, tags, emissions);
        return transitions.Start[path[0]]
            + counted.Zip(path, (token, tag) => emissions[token, tag]).Sum()
            + path.Zip(path.Skip(1), (from, to) => transitions.Between[from, to]).Sum()
            + transitions.Stop[path[^1]];
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
        var counted = CountedTokens(emissions, transitions, mask);
        return LogDot(Forward(emissions, transitions, counted)[^1], transitions.Stop);
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
        var counted = CountedTokens(emissions, transitions, mask);
        var columns = transitions.Between.EnumerateColumns().ToArray();
        var best = transitions.Start + emissions.Row(counted[0]);
        var cameFrom = new int[counted.Length][];
        for (var t = 1; t < counted.Length; t++)
        {
            var arrivals = Array.ConvertAll(columns, column => best + column);
            cameFrom[t] = Array.ConvertAll(arrivals, arrival => arrival.MaximumIndex());
            best = Vector<double>.Build.Dense(best.Count, tag => arrivals[tag][cameFrom[t][tag]]) + emissions.Row(counted[t]);
        }

        best += transitions.Stop;
        RequirePossible(best.Maximum());
        var tags = Enumerable.Repeat(-1, mask.Length).ToArray();
        tags[counted[^1]] = best.MaximumIndex();
        for (var t = counted.Length - 1; t > 0; t--)
        {
            tags[counted[t - 1]] = cameFrom[t][tags[counted[t]]];
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
        var counted = CountedTokens(emissions, transitions, mask);
        var forward = Forward(emissions, transitions, counted);
        var backward = Backward(emissions, transitions, counted);
        var logPartition = LogDot(forward[^1], transitions.Stop);
        RequirePossible(logPartition);
        var marginals = Matrix<double>.Build.Dense(emissions.RowCount, emissions.ColumnCount);
        for (var t = 0; t < counted.Length; t++)
        {
            marginals.SetRow(counted[t], (forward[t] + backward[t] - logPartition).PointwiseExp());
        }

        return marginals;
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
        {
            throw new ArgumentException("The annotated sequence is forbidden: correct the annotation or allow what it takes.", nameof(tags));
        }

        var counted = CountedTokens(emissions, transitions, mask);
        var path = TagsOf(counted, tags, emissions);
        var forward = Forward(emissions, transitions, counted);
        var backward = Backward(emissions, transitions, counted);
        var logPartition = LogDot(forward[^1], transitions.Stop);

        // Expected counts first, then the observed ones are taken away.
        var emission = Marginals(emissions, transitions, mask);
        var between = Matrix<double>.Build.Dense(emissions.ColumnCount, emissions.ColumnCount);
        emission[counted[0], path[0]] -= 1;
        for (var t = 1; t < counted.Length; t++)
        {
            var arriving = emissions.Row(counted[t]) + backward[t] - logPartition;
            between += transitions.Between.MapIndexed((from, to, score) => Math.Exp(forward[t - 1][from] + score + arriving[to]), Zeros.Include);
            between[path[t - 1], path[t]] -= 1;
            emission[counted[t], path[t]] -= 1;
        }

        return (emission, new TransitionScores(between, emission.Row(counted[0]), emission.Row(counted[^1])));
    }

    /// <summary>Task 4. Which steps the BIO scheme allows, as scores to add to the learned ones.</summary>
    /// <param name="labels">The label of each tag, in any order: O, B-TYPE or I-TYPE, where TYPE is all that follows the first hyphen.</param>
    /// <returns>0 for what is allowed and −∞ for what is not; every label may stop a sentence.</returns>
    /// <exception cref="ArgumentException">A label is none of the three; the message names it.</exception>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        foreach (var label in labels)
        {
            if (label != "O" && (label.Length < 3 || label[..2] is not ("B-" or "I-")))
            {
                throw new ArgumentException($"'{label}' is not a BIO label: write O, B-TYPE or I-TYPE.", nameof(labels));
            }
        }

        static double Score(string previous, string next) =>
            next[0] == 'I' && (previous == "O" || previous[2..] != next[2..]) ? double.NegativeInfinity : 0;

        var k = labels.Count;
        return new TransitionScores(
            Matrix<double>.Build.Dense(k, k, (from, to) => Score(labels[from], labels[to])),
            Vector<double>.Build.Dense(k, tag => Score("O", labels[tag])),
            Vector<double>.Build.Dense(k));
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
        if (classWeights.Count != emissions.ColumnCount || classWeights.Any(weight => !double.IsFinite(weight) || weight < 0))
        {
            throw new ArgumentException(
                $"{emissions.ColumnCount} tags need as many weights, each finite and at least 0; got ({string.Join(", ", classWeights)}).",
                nameof(classWeights));
        }

        return emissions.MapIndexed((_, tag, score) => score + Math.Log(classWeights[tag]), Zeros.Include);
    }

    /// <summary>For each counted token and tag, ln of the summed weights of all ways to arrive there, its emission included.</summary>
    private static Vector<double>[] Forward(Matrix<double> emissions, TransitionScores transitions, int[] counted)
    {
        var columns = transitions.Between.EnumerateColumns().ToArray();
        var forward = new Vector<double>[counted.Length];
        forward[0] = transitions.Start + emissions.Row(counted[0]);
        for (var t = 1; t < counted.Length; t++)
        {
            forward[t] = LogDotWithEach(columns, forward[t - 1]) + emissions.Row(counted[t]);
        }

        return forward;
    }

    /// <summary>For each counted token and tag, ln of the summed weights of all ways to go on from there, its emission excluded.</summary>
    private static Vector<double>[] Backward(Matrix<double> emissions, TransitionScores transitions, int[] counted)
    {
        var rows = transitions.Between.EnumerateRows().ToArray();
        var backward = new Vector<double>[counted.Length];
        backward[^1] = transitions.Stop;
        for (var t = counted.Length - 2; t >= 0; t--)
        {
            backward[t] = LogDotWithEach(rows, backward[t + 1] + emissions.Row(counted[t + 1]));
        }

        return backward;
    }

    private static Vector<double> LogDotWithEach(Vector<double>[] steps, Vector<double> scores) =>
        Vector<double>.Build.Dense(Array.ConvertAll(steps, step => LogDot(step, scores)));

    /// <summary>ln Σ exp(a + b): the inner product of two vectors of which the logarithms are given.</summary>
    private static double LogDot(Vector<double> a, Vector<double> b)
    {
        var highest = double.NegativeInfinity;
        for (var i = 0; i < a.Count; i++)
        {
            highest = Math.Max(highest, a[i] + b[i]);
        }

        // Where everything is forbidden the maximum is −∞, and −∞ minus −∞ would be NaN.
        if (double.IsNegativeInfinity(highest))
        {
            return highest;
        }

        var sum = 0.0;
        for (var i = 0; i < a.Count; i++)
        {
            sum += Math.Exp(a[i] + b[i] - highest);
        }

        return highest + Math.Log(sum);
    }

    private static int[] CountedTokens(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        var (n, k) = (emissions.RowCount, emissions.ColumnCount);
        var (between, start, stop) = transitions;
        if (between.RowCount != k || between.ColumnCount != k || start.Count != k || stop.Count != k)
        {
            throw new ArgumentException(
                $"Emissions score {k} tags, but transitions are {between.RowCount} × {between.ColumnCount} with {start.Count} start " +
                $"and {stop.Count} stop scores: all must have the same tags.", nameof(transitions));
        }

        if (mask.Length != n)
        {
            throw new ArgumentException($"{n} tokens need a mask of {n}, not of {mask.Length}.", nameof(mask));
        }

        int[] counted = [.. Enumerable.Range(0, n).Where(token => mask[token])];
        return counted.Length > 0 ? counted : throw new ArgumentException("No token counts: leave out sentences without tokens.", nameof(mask));
    }

    private static int[] TagsOf(int[] counted, int[] tags, Matrix<double> emissions)
    {
        if (tags.Length != emissions.RowCount)
        {
            throw new ArgumentException($"{emissions.RowCount} tokens need as many tags, not {tags.Length}.", nameof(tags));
        }

        return Array.ConvertAll(counted, token => tags[token] >= 0 && tags[token] < emissions.ColumnCount
            ? tags[token]
            : throw new ArgumentException($"Tag {tags[token]} of token {token} is not between 0 and {emissions.ColumnCount - 1}.", nameof(tags)));
    }

    private static void RequirePossible(double highest)
    {
        if (double.IsNegativeInfinity(highest))
        {
            throw new ArgumentException("Every tag sequence is forbidden: allow at least one.");
        }
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
