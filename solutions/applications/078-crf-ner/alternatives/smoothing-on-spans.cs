namespace Kata078;

/// <summary>
/// A linear-chain conditional random field over flat buffers and TensorPrimitives. Expectations come from smoothing: the
/// distribution of the last tag, and from it, step by step backwards, that of the tag before given the tag after.
/// </summary>
public static class CrfNer
{
    /// <summary>Task 1. The score of one tag sequence: start, emissions, transitions and stop added up.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        ThrowIfUnfit(emissions, transitions, mask);
        ThrowIfTagsUnfit(emissions.ColumnCount, mask, tags);

        int first = Array.IndexOf(mask, true), last = Array.LastIndexOf(mask, true);
        double score = transitions.Start[tags[first]] + emissions[first, tags[first]] + transitions.Stop[tags[last]];
        for (int t = first + 1, previous = first; t <= last; t++)
        {
            if (mask[t])
            {
                score += transitions.Between[tags[previous], tags[t]] + emissions[t, tags[t]];
                previous = t;
            }
        }
        return score;
    }

    /// <summary>Task 1. The log of the sum of exp(score) over all tag sequences.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        ThrowIfUnfit(emissions, transitions, mask);
        int k = emissions.ColumnCount;
        double[] columns = transitions.Between.ToColumnMajorArray();
        double[] scores = CountedEmissions(emissions, mask);
        int m = scores.Length / k;

        // Only two rows are alive at a time.
        double[] alpha = transitions.Start.ToArray(), next = new double[k], sums = new double[k];
        TensorPrimitives.Add<double>(alpha, scores.AsSpan(0, k), alpha);
        for (int t = 1; t < m; t++)
        {
            for (int j = 0; j < k; j++)
            {
                TensorPrimitives.Add<double>(alpha, columns.AsSpan(j * k, k), sums);
                next[j] = LogSumExp(sums);
            }
            TensorPrimitives.Add<double>(next, scores.AsSpan(t * k, k), alpha);
        }
        TensorPrimitives.Add<double>(alpha, transitions.Stop.ToArray(), alpha);
        return LogSumExp(alpha);
    }

    /// <summary>Task 2. A tag sequence of the highest score.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        ThrowIfUnfit(emissions, transitions, mask);
        int k = emissions.ColumnCount;
        double[] columns = transitions.Between.ToColumnMajorArray();
        double[] delta = CountedEmissions(emissions, mask);
        double[] sums = new double[k];
        int m = delta.Length / k;

        // delta begins as the emissions and is completed in place.
        Span<double> row = delta.AsSpan(0, k);
        TensorPrimitives.Add<double>(row, transitions.Start.ToArray(), row);
        for (int t = 1; t < m; t++)
        {
            for (int j = 0; j < k; j++)
            {
                TensorPrimitives.Add<double>(delta.AsSpan((t - 1) * k, k), columns.AsSpan(j * k, k), sums);
                delta[t * k + j] += TensorPrimitives.Max<double>(sums);
            }
        }

        TensorPrimitives.Add<double>(delta.AsSpan((m - 1) * k, k), transitions.Stop.ToArray(), sums);
        int tag = TensorPrimitives.IndexOfMax<double>(sums);
        if (double.IsNegativeInfinity(sums[tag]))
            throw new ArgumentException("No tag sequence is possible.");

        // Which tag it came from is found again by the same addition.
        int[] path = new int[mask.Length];
        path.AsSpan().Fill(-1);
        for (int t = mask.Length - 1, c = m - 1; c >= 0; t--)
        {
            if (!mask[t])
                continue;
            path[t] = tag;
            if (--c >= 0)
            {
                TensorPrimitives.Add<double>(delta.AsSpan(c * k, k), columns.AsSpan(tag * k, k), sums);
                tag = TensorPrimitives.IndexOfMax<double>(sums);
            }
        }
        return path;
    }

    /// <summary>Task 3. The probability of each tag at each token, given all emissions of the sentence.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        ThrowIfUnfit(emissions, transitions, mask);
        return Unpack(Smooth(emissions, transitions, mask, default), mask, emissions.ColumnCount);
    }

    /// <summary>Task 3. The gradient of the loss ln Z − score(tags) with respect to every score.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        if (double.IsNegativeInfinity(PathScore(emissions, transitions, mask, tags)))
            throw new ArgumentException("The annotated sequence takes a forbidden step.", nameof(tags));

        int k = emissions.ColumnCount;
        double[] between = new double[k * k];
        double[] singles = Smooth(emissions, transitions, mask, between);

        int c = 0, previous = -1;
        for (int t = 0; t < mask.Length; t++)
        {
            if (!mask[t])
                continue;
            singles[c * k + tags[t]] -= 1;
            if (previous >= 0)
                between[tags[t] * k + previous] -= 1;
            previous = tags[t];
            c++;
        }

        return (
            Unpack(singles, mask, k),
            new TransitionScores(
                Matrix<double>.Build.Dense(k, k, between),
                Vector<double>.Build.Dense(singles.AsSpan(0, k).ToArray()),
                Vector<double>.Build.Dense(singles.AsSpan(singles.Length - k).ToArray())));
    }

    /// <summary>Task 4. Which steps the BIO scheme allows, as scores to add to the learned ones.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        foreach (string label in labels)
        {
            bool known = label is not null
                && (label.Equals("O", StringComparison.Ordinal)
                    || (label.Length > 2
                        && (label.StartsWith("B-", StringComparison.Ordinal) || label.StartsWith("I-", StringComparison.Ordinal))));
            if (!known)
                throw new ArgumentException($"Unknown label \"{label}\": expected O, B-TYPE or I-TYPE.", nameof(labels));
        }

        int k = labels.Count;
        double[] between = new double[k * k], start = new double[k];
        for (int to = 0; to < k; to++)
        {
            string entered = labels[to];
            if (!entered.StartsWith('I'))
                continue;
            Span<double> column = between.AsSpan(to * k, k);
            column.Fill(double.NegativeInfinity);
            start[to] = double.NegativeInfinity;
            for (int from = 0; from < k; from++)
            {
                string left = labels[from];
                if (left.Length > 2 && left.AsSpan(2).SequenceEqual(entered.AsSpan(2)))
                    column[from] = 0;
            }
        }
        return new TransitionScores(
            Matrix<double>.Build.Dense(k, k, between), Vector<double>.Build.Dense(start), Vector<double>.Build.Dense(new double[k]));
    }

    /// <summary>Task 4. Emissions under which exp(score) of a sequence is multiplied by the weight of each of its tags.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        int n = emissions.RowCount;
        double[] weights = classWeights.ToArray();
        if (weights.Length != emissions.ColumnCount)
            throw new ArgumentException("As many weights as tags are needed.", nameof(classWeights));
        foreach (double w in weights)
            if (!(w >= 0 && w < double.PositiveInfinity))
                throw new ArgumentException($"A weight must be finite and at least 0, not {w}.", nameof(classWeights));

        double[] columns = emissions.ToColumnMajorArray();
        for (int j = 0; j < weights.Length; j++)
        {
            Span<double> column = columns.AsSpan(j * n, n);
            TensorPrimitives.Add<double>(column, Math.Log(weights[j]), column);
        }
        return Matrix<double>.Build.Dense(n, weights.Length, columns);
    }

    /// <summary>
    /// The tag distribution at every counted token, one after the other. Unless it is empty, <paramref name="steps"/>
    /// receives the expected number of steps, at [to · k + from].
    /// </summary>
    private static double[] Smooth(Matrix<double> emissions, TransitionScores transitions, bool[] mask, Span<double> steps)
    {
        int k = emissions.ColumnCount;
        double[] columns = transitions.Between.ToColumnMajorArray();
        double[] alpha = CountedEmissions(emissions, mask);
        double[] buffer = new double[k];
        int m = alpha.Length / k;

        Span<double> front = alpha.AsSpan(0, k);
        TensorPrimitives.Add<double>(front, transitions.Start.ToArray(), front);
        for (int t = 1; t < m; t++)
        {
            for (int j = 0; j < k; j++)
            {
                TensorPrimitives.Add<double>(alpha.AsSpan((t - 1) * k, k), columns.AsSpan(j * k, k), buffer);
                alpha[t * k + j] += LogSumExp(buffer);
            }
        }

        double[] p = new double[m * k];
        Span<double> end = p.AsSpan((m - 1) * k, k);
        TensorPrimitives.Add<double>(alpha.AsSpan((m - 1) * k, k), transitions.Stop.ToArray(), end);
        if (double.IsNegativeInfinity(TensorPrimitives.Max<double>(end)))
            throw new ArgumentException("No tag sequence is possible.");
        Normalise(end);

        for (int t = m - 1; t > 0; t--)
        {
            Span<double> before = p.AsSpan((t - 1) * k, k);
            for (int j = 0; j < k; j++)
            {
                double here = p[t * k + j];
                if (here == 0)
                    continue;
                // p(tag before = i | tag here = j) depends on what arrives at i and on the step from i to j only.
                TensorPrimitives.Add<double>(alpha.AsSpan((t - 1) * k, k), columns.AsSpan(j * k, k), buffer);
                Normalise(buffer);
                TensorPrimitives.Multiply<double>(buffer, here, buffer);
                TensorPrimitives.Add<double>(before, buffer, before);
                if (!steps.IsEmpty)
                {
                    Span<double> column = steps.Slice(j * k, k);
                    TensorPrimitives.Add<double>(column, buffer, column);
                }
            }
        }
        return p;
    }

    private static void Normalise(Span<double> logits)
    {
        double top = TensorPrimitives.Max<double>(logits);
        for (int i = 0; i < logits.Length; i++)
            logits[i] = Math.Exp(logits[i] - top);
        TensorPrimitives.Divide<double>(logits, TensorPrimitives.Sum<double>(logits), logits);
    }

    private static double LogSumExp(ReadOnlySpan<double> x)
    {
        double top = TensorPrimitives.Max<double>(x);
        if (double.IsNegativeInfinity(top))
            return top;
        double sum = 0;
        foreach (double v in x)
            sum += Math.Exp(v - top);
        return top + Math.Log(sum);
    }

    private static double[] CountedEmissions(Matrix<double> emissions, bool[] mask)
    {
        int k = emissions.ColumnCount;
        double[] all = emissions.ToRowMajorArray();
        int c = 0;
        for (int t = 0; t < mask.Length; t++)
            if (mask[t])
                all.AsSpan(t * k, k).CopyTo(all.AsSpan(c++ * k, k));
        return all.AsSpan(0, c * k).ToArray();
    }

    private static Matrix<double> Unpack(double[] counted, bool[] mask, int k)
    {
        double[] rows = new double[mask.Length * k];
        int c = 0;
        for (int t = 0; t < mask.Length; t++)
            if (mask[t])
                counted.AsSpan(c++ * k, k).CopyTo(rows.AsSpan(t * k, k));
        return Matrix<double>.Build.DenseOfRowMajor(mask.Length, k, rows);
    }

    private static void ThrowIfUnfit(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        ArgumentNullException.ThrowIfNull(emissions);
        ArgumentNullException.ThrowIfNull(transitions);
        ArgumentNullException.ThrowIfNull(mask);
        int k = emissions.ColumnCount;
        if (mask.Length != emissions.RowCount || !mask.AsSpan().Contains(true))
            throw new ArgumentException("The mask needs one entry per token, and at least one that is true.", nameof(mask));
        if (transitions.Between.RowCount != k || transitions.Between.ColumnCount != k)
            throw new ArgumentException($"Between must be {k} x {k}.", nameof(transitions));
        if (transitions.Start.Count != k || transitions.Stop.Count != k)
            throw new ArgumentException($"Start and Stop must have length {k}.", nameof(transitions));
    }

    private static void ThrowIfTagsUnfit(int k, bool[] mask, int[] tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        if (tags.Length != mask.Length)
            throw new ArgumentException("One tag per token is needed.", nameof(tags));
        for (int t = 0; t < tags.Length; t++)
            if (mask[t] && tags[t] is var tag && (tag < 0 || tag >= k))
                throw new ArgumentException($"Tag {tag} at token {t} is not between 0 and {k - 1}.", nameof(tags));
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
