// forbidden-annotation-accepted: Gradient does not ask whether the annotated sequence is forbidden and returns numbers for an infinite loss.
namespace Kata078;

/// <summary>A conditional random field on spans, with the forward and backward scores kept in two flat buffers.</summary>
public static class CrfNer
{
    /// <summary>Task 1. The score of one tag sequence: start, emissions, transitions and stop added up.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        Sentence sentence = new(emissions, transitions, mask);
        ReadOnlySpan<int> path = sentence.Gather(tags);
        double score = transitions.Start[path[0]];
        for (int c = 0; c < path.Length; c++)
        {
            score += sentence.Emission(c)[path[c]];
            score += c + 1 < path.Length ? sentence.StepsFrom(path[c])[path[c + 1]] : transitions.Stop[path[c]];
        }
        return score;
    }

    /// <summary>Task 1. The log of the sum of exp(score) over all tag sequences.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        Sentence sentence = new(emissions, transitions, mask);
        double[] backward = sentence.Backward();
        return sentence.LogTotal(backward);
    }

    /// <summary>Task 2. A tag sequence of the highest score.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        Sentence sentence = new(emissions, transitions, mask);
        int k = sentence.TagCount, m = sentence.Count;
        int[] successor = new int[m * k];
        double[] best = new double[k], next = new double[k], sums = new double[k];
        transitions.Stop.ToArray().CopyTo(best, 0);

        // From the last token to the first: best[i] is the best that can follow tag i.
        for (int c = m - 1; c > 0; c--)
        {
            TensorPrimitives.Add<double>(best, sentence.Emission(c), best);
            for (int i = 0; i < k; i++)
            {
                TensorPrimitives.Add<double>(best, sentence.StepsFrom(i), sums);
                int j = TensorPrimitives.IndexOfMax<double>(sums);
                successor[(c - 1) * k + i] = j;
                next[i] = sums[j];
            }
            (best, next) = (next, best);
        }
        TensorPrimitives.Add<double>(best, sentence.Emission(0), best);
        TensorPrimitives.Add<double>(best, transitions.Start.ToArray(), best);

        int tag = TensorPrimitives.IndexOfMax<double>(best);
        if (double.IsNegativeInfinity(best[tag]))
            throw new ArgumentException("Every sequence is forbidden.");

        int[] result = new int[mask.Length];
        Array.Fill(result, -1);
        for (int c = 0; c < m; c++)
        {
            result[sentence.Position(c)] = tag;
            tag = successor[c * k + tag];
        }
        return result;
    }

    /// <summary>Task 3. The probability of each tag at each token, given all emissions of the sentence.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        Sentence sentence = new(emissions, transitions, mask);
        return sentence.Probabilities(sentence.Forward(), sentence.Backward());
    }

    /// <summary>Task 3. The gradient of the loss ln Z − score(tags) with respect to every score.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        Sentence sentence = new(emissions, transitions, mask);
        int[] path = sentence.Gather(tags);
        int k = sentence.TagCount, m = sentence.Count;
        double[] forward = sentence.Forward(), backward = sentence.Backward();
        double logZ = sentence.LogTotal(backward);
        Matrix<double> byEmission = sentence.Probabilities(forward, backward);

        double[] expected = new double[k * k], onward = new double[k], sums = new double[k];
        for (int c = 1; c < m; c++)
        {
            TensorPrimitives.Add<double>(sentence.Emission(c), backward.AsSpan(c * k, k), onward);
            for (int i = 0; i < k; i++)
            {
                Span<double> row = expected.AsSpan(i * k, k);
                TensorPrimitives.Add<double>(onward, sentence.StepsFrom(i), sums);
                TensorPrimitives.Add<double>(sums, forward[(c - 1) * k + i] - logZ, sums);
                TensorPrimitives.Exp<double>(sums, sums);
                TensorPrimitives.Add<double>(row, sums, row);
            }
        }

        for (int c = 0; c < m; c++)
        {
            byEmission[sentence.Position(c), path[c]] -= 1;
            if (c > 0)
                expected[path[c - 1] * k + path[c]] -= 1;
        }
        return (
            byEmission,
            new TransitionScores(
                Matrix<double>.Build.DenseOfRowMajor(k, k, expected),
                byEmission.Row(sentence.Position(0)),
                byEmission.Row(sentence.Position(m - 1))));
    }

    /// <summary>Task 4. Which steps the BIO scheme allows, as scores to add to the learned ones.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        int k = labels.Count;
        double[] start = new double[k], between = new double[k * k];
        for (int to = 0; to < k; to++)
        {
            ReadOnlySpan<char> entered = labels[to];
            bool inside = entered.StartsWith("I-", StringComparison.Ordinal);
            if (entered is not "O" && (entered.Length < 3 || !(inside || entered.StartsWith("B-", StringComparison.Ordinal))))
                throw new ArgumentException($"Label '{labels[to]}' is not allowed.", nameof(labels));
            if (!inside)
                continue;

            start[to] = double.NegativeInfinity;
            for (int left = 0; left < k; left++)
            {
                ReadOnlySpan<char> label = labels[left];
                bool sameEntity = label.Length == entered.Length && label[0] is 'B' or 'I' && label[1..].SequenceEqual(entered[1..]);
                between[left * k + to] = sameEntity ? 0 : double.NegativeInfinity;
            }
        }
        return new TransitionScores(
            Matrix<double>.Build.DenseOfRowMajor(k, k, between), Vector<double>.Build.Dense(start), Vector<double>.Build.Dense(k));
    }

    /// <summary>Task 4. Emissions under which exp(score) of a sequence is multiplied by the weight of each of its tags.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        int n = emissions.RowCount, k = emissions.ColumnCount;
        if (classWeights.Count != k)
            throw new ArgumentException("The number of weights must be the number of tags.", nameof(classWeights));

        double[] bonus = new double[k];
        for (int j = 0; j < k; j++)
        {
            if (!double.IsFinite(classWeights[j]) || classWeights[j] < 0)
                throw new ArgumentException("Weights are finite and at least 0.", nameof(classWeights));
            bonus[j] = Math.Log(classWeights[j]);
        }

        double[] rows = emissions.ToRowMajorArray();
        for (int t = 0; t < n; t++)
            TensorPrimitives.Add<double>(rows.AsSpan(t * k, k), bonus, rows.AsSpan(t * k, k));
        return Matrix<double>.Build.DenseOfRowMajor(n, k, rows);
    }

    /// <summary>The counted tokens of a sentence with the scores that apply to them.</summary>
    private sealed class Sentence
    {
        private readonly int[] _positions;
        private readonly int _tokens;
        private readonly double[] _emissions, _rows, _columns, _start, _stop;

        public Sentence(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
        {
            TagCount = emissions.ColumnCount;
            _tokens = emissions.RowCount;
            if (mask.Length != _tokens)
                throw new ArgumentException("Wrong length of the mask.", nameof(mask));
            _positions = new int[mask.AsSpan().Count(true)];
            if (_positions.Length == 0)
                throw new ArgumentException("The mask is empty.", nameof(mask));
            if (transitions.Between.RowCount != TagCount || transitions.Between.ColumnCount != TagCount
                || transitions.Start.Count != TagCount || transitions.Stop.Count != TagCount)
                throw new ArgumentException("Wrong size of the transition scores.", nameof(transitions));

            for (int t = 0, c = 0; t < _tokens; t++)
                if (mask[t])
                    _positions[c++] = t;
            _emissions = emissions.ToRowMajorArray();
            _rows = transitions.Between.ToRowMajorArray();
            _columns = transitions.Between.ToColumnMajorArray();
            _start = transitions.Start.ToArray();
            _stop = transitions.Stop.ToArray();
        }

        public int TagCount { get; }

        public int Count => _positions.Length;

        public int Position(int c) => _positions[c];

        public ReadOnlySpan<double> Emission(int c) => _emissions.AsSpan(_positions[c] * TagCount, TagCount);

        public ReadOnlySpan<double> StepsFrom(int tag) => _rows.AsSpan(tag * TagCount, TagCount);

        private ReadOnlySpan<double> StepsInto(int tag) => _columns.AsSpan(tag * TagCount, TagCount);

        public int[] Gather(int[] tags)
        {
            if (tags.Length != _tokens)
                throw new ArgumentException("Wrong number of tags.", nameof(tags));
            int[] path = new int[Count];
            for (int c = 0; c < Count; c++)
            {
                path[c] = tags[_positions[c]];
                if (path[c] < 0 || path[c] >= TagCount)
                    throw new ArgumentException($"Tag {path[c]} does not exist.", nameof(tags));
            }
            return path;
        }

        // with the emission of the token itself
        public double[] Forward()
        {
            double[] forward = new double[Count * TagCount], sums = new double[TagCount];
            TensorPrimitives.Add<double>(_start, Emission(0), forward.AsSpan(0, TagCount));
            for (int c = 1; c < Count; c++)
            {
                ReadOnlySpan<double> before = forward.AsSpan((c - 1) * TagCount, TagCount);
                for (int j = 0; j < TagCount; j++)
                {
                    TensorPrimitives.Add<double>(before, StepsInto(j), sums);
                    forward[c * TagCount + j] = LogSumExp(sums) + Emission(c)[j];
                }
            }
            return forward;
        }

        // without the emission of the token itself
        public double[] Backward()
        {
            double[] backward = new double[Count * TagCount], onward = new double[TagCount], sums = new double[TagCount];
            _stop.CopyTo(backward, (Count - 1) * TagCount);
            for (int c = Count - 2; c >= 0; c--)
            {
                TensorPrimitives.Add<double>(Emission(c + 1), backward.AsSpan((c + 1) * TagCount, TagCount), onward);
                for (int i = 0; i < TagCount; i++)
                {
                    TensorPrimitives.Add<double>(onward, StepsFrom(i), sums);
                    backward[c * TagCount + i] = LogSumExp(sums);
                }
            }
            return backward;
        }

        public double LogTotal(double[] backward)
        {
            double[] sums = new double[TagCount];
            TensorPrimitives.Add<double>(_start, Emission(0), sums);
            TensorPrimitives.Add<double>(sums, backward.AsSpan(0, TagCount), sums);
            return LogSumExp(sums);
        }

        public Matrix<double> Probabilities(double[] forward, double[] backward)
        {
            double logZ = LogTotal(backward);
            if (double.IsNegativeInfinity(logZ))
                throw new ArgumentException("Every sequence is forbidden.");
            Matrix<double> result = Matrix<double>.Build.Dense(_tokens, TagCount);
            double[] row = new double[TagCount];
            for (int c = 0; c < Count; c++)
            {
                TensorPrimitives.Add<double>(forward.AsSpan(c * TagCount, TagCount), backward.AsSpan(c * TagCount, TagCount), row);
                TensorPrimitives.Subtract<double>(row, logZ, row);
                TensorPrimitives.Exp<double>(row, row);
                result.SetRow(_positions[c], row);
            }
            return result;
        }

        private static double LogSumExp(Span<double> x)
        {
            double top = TensorPrimitives.Max<double>(x);
            if (double.IsNegativeInfinity(top))
                return top;
            TensorPrimitives.Subtract<double>(x, top, x);
            TensorPrimitives.Exp<double>(x, x);
            return top + Math.Log(TensorPrimitives.Sum<double>(x));
        }
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
