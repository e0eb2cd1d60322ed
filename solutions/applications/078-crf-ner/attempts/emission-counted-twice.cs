// emission-counted-twice: forward and backward numbers both contain the token's own emission, and dividing each row by its sum hides it.
namespace Kata078;

/// <summary>
/// A conditional random field with two additional tags, one before the first and one after the last token, so that start and stop
/// scores are steps like any other.
/// </summary>
public static class CrfNer
{
    private const double Impossible = double.NegativeInfinity;

    /// <summary>The score of a tag sequence.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        var (features, steps, _) = Prepare(emissions, transitions, mask);
        var path = WithStartAndStop(emissions, mask, tags);
        double score = 0;
        for (int c = 1; c < path.Length; c++)
            score += steps[path[c - 1], path[c]];
        for (int c = 0; c < features.Length; c++)
            score += features[c][path[c + 1]];
        return score;
    }

    /// <summary>The logarithm of the partition function.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var (features, steps, _) = Prepare(emissions, transitions, mask);
        return ForwardAlgorithm(features, steps).LogZ;
    }

    /// <summary>The best tag sequence.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var (features, steps, positions) = Prepare(emissions, transitions, mask);
        int size = steps.GetLength(0), startTag = size - 2, stopTag = size - 1;

        var viterbiVars = Nowhere(size);
        viterbiVars[startTag] = 0;
        var backpointers = new Stack<int[]>();

        (int Tag, double Score) BestInto(int nextTag)
        {
            (int Tag, double Score) best = (0, Impossible);
            for (int tag = 0; tag < size; tag++)
            {
                double score = viterbiVars[tag] + steps[tag, nextTag];
                if (score > best.Score)
                    best = (tag, score);
            }
            return best;
        }

        foreach (var feature in features)
        {
            var pointers = new int[size];
            var scores = new double[size];
            for (int nextTag = 0; nextTag < size; nextTag++)
            {
                (pointers[nextTag], scores[nextTag]) = BestInto(nextTag);
                scores[nextTag] += feature[nextTag];
            }
            viterbiVars = scores;
            backpointers.Push(pointers);
        }

        var (lastTag, total) = BestInto(stopTag);
        if (total == Impossible)
            throw new ArgumentException("all sequences are impossible");

        var result = new int[mask.Length];
        Array.Fill(result, -1);
        int at = lastTag;
        for (int c = positions.Length - 1; c >= 0; c--)
        {
            result[positions[c]] = at;
            at = backpointers.Pop()[at];
        }
        return result;
    }

    /// <summary>The probability of every tag of every token.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var (features, steps, positions) = Prepare(emissions, transitions, mask);
        var (forward, logZ) = ForwardAlgorithm(features, steps);
        if (logZ == Impossible)
            throw new ArgumentException("all sequences are impossible");
        var backward = BackwardAlgorithm(features, steps);

        var result = Matrix<double>.Build.Dense(mask.Length, emissions.ColumnCount);
        for (int c = 0; c < positions.Length; c++)
        {
            var joint = new double[emissions.ColumnCount];
            for (int tag = 0; tag < joint.Length; tag++)
                joint[tag] = forward[c + 1][tag] + backward[c][tag];
            double norm = LogSumExp(joint);
            for (int tag = 0; tag < joint.Length; tag++)
                result[positions[c], tag] = Math.Exp(joint[tag] - norm);
        }
        return result;
    }

    /// <summary>The gradient of the negative log-likelihood.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        if (PathScore(emissions, transitions, mask, tags) == Impossible)
            throw new ArgumentException("the annotated sequence is impossible");

        var (features, steps, positions) = Prepare(emissions, transitions, mask);
        int k = emissions.ColumnCount, size = k + 2, startTag = k, stopTag = k + 1;
        var path = WithStartAndStop(emissions, mask, tags);
        var (forward, logZ) = ForwardAlgorithm(features, steps);
        var backward = BackwardAlgorithm(features, steps);

        var stepGradient = new double[size, size];
        for (int c = 0; c < features.Length; c++)
        {
            for (int tag = 0; tag < size; tag++)
                for (int nextTag = 0; nextTag < size; nextTag++)
                    stepGradient[tag, nextTag] += Math.Exp(forward[c][tag] + steps[tag, nextTag] + backward[c][nextTag] - logZ);
        }
        for (int tag = 0; tag < size; tag++)
            stepGradient[tag, stopTag] += Math.Exp(forward[features.Length][tag] + steps[tag, stopTag] - logZ);
        for (int c = 1; c < path.Length; c++)
            stepGradient[path[c - 1], path[c]] -= 1;

        var emissionGradient = Marginals(emissions, transitions, mask);
        foreach (int t in positions)
            emissionGradient[t, tags[t]] -= 1;

        return (emissionGradient, new TransitionScores(
            Matrix<double>.Build.Dense(k, k, (tag, nextTag) => stepGradient[tag, nextTag]),
            Vector<double>.Build.Dense(k, tag => stepGradient[startTag, tag]),
            Vector<double>.Build.Dense(k, tag => stepGradient[tag, stopTag])));
    }

    /// <summary>The BIO scheme as scores.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        var allowedBefore = new Dictionary<string, HashSet<string>>();
        foreach (var label in labels)
        {
            if (label == "O" || (label.Length > 2 && label.IndexOf("B-", StringComparison.Ordinal) == 0))
                continue;
            if (label.Length <= 2 || label.IndexOf("I-", StringComparison.Ordinal) != 0)
                throw new ArgumentException($"'{label}' should be O, B-TYPE or I-TYPE");
            allowedBefore[label] = ["B" + label.Substring(1), label];
        }

        double Score(string? before, string label) =>
            !allowedBefore.TryGetValue(label, out var allowed) || (before != null && allowed.Contains(before)) ? 0 : Impossible;

        int k = labels.Count;
        return new TransitionScores(
            Matrix<double>.Build.Dense(k, k, (i, j) => Score(labels[i], labels[j])),
            Vector<double>.Build.Dense(k, j => Score(null, labels[j])),
            Vector<double>.Build.Dense(k, 0.0));
    }

    /// <summary>Emissions with class weights.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        int k = emissions.ColumnCount;
        if (classWeights.Count != k)
            throw new ArgumentException($"expected {k} weights, got {classWeights.Count}");
        var weighted = Matrix<double>.Build.Dense(emissions.RowCount, k);
        for (int tag = 0; tag < k; tag++)
        {
            double weight = classWeights[tag];
            bool ok = weight >= 0 && !double.IsInfinity(weight);
            if (!ok)
                throw new ArgumentException($"invalid weight {weight}");
            for (int t = 0; t < emissions.RowCount; t++)
                weighted[t, tag] = weight > 0 ? emissions[t, tag] + Math.Log(weight) : Impossible;
        }
        return weighted;
    }

    private static (double[][] Features, double[,] Steps, int[] Positions) Prepare(
        Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        int n = emissions.RowCount, k = emissions.ColumnCount;
        if (mask.Length != n)
            throw new ArgumentException($"expected {n} mask entries, got {mask.Length}");
        if (transitions.Between.RowCount != k || transitions.Between.ColumnCount != k)
            throw new ArgumentException("between has the wrong shape");
        if (transitions.Start.Count != k || transitions.Stop.Count != k)
            throw new ArgumentException("start or stop has the wrong length");

        int[] positions = Enumerable.Range(0, n).Where(t => mask[t]).ToArray();
        if (positions.Length == 0)
            throw new ArgumentException("the mask is all false");

        var steps = new double[k + 2, k + 2];
        for (int tag = 0; tag < k + 2; tag++)
            for (int nextTag = 0; nextTag < k + 2; nextTag++)
            {
                steps[tag, nextTag] =
                    tag < k && nextTag < k ? transitions.Between[tag, nextTag]
                    : tag == k && nextTag < k ? transitions.Start[nextTag]
                    : tag < k && nextTag == k + 1 ? transitions.Stop[tag]
                    : Impossible;
            }

        var features = new double[positions.Length][];
        for (int c = 0; c < positions.Length; c++)
        {
            features[c] = Nowhere(k + 2);
            for (int tag = 0; tag < k; tag++)
                features[c][tag] = emissions[positions[c], tag];
        }
        return (features, steps, positions);
    }

    private static int[] WithStartAndStop(Matrix<double> emissions, bool[] mask, int[] tags)
    {
        int k = emissions.ColumnCount;
        if (tags.Length != emissions.RowCount)
            throw new ArgumentException($"expected {emissions.RowCount} tags, got {tags.Length}");
        var path = new List<int> { k };
        for (int t = 0; t < tags.Length; t++)
        {
            if (!mask[t])
                continue;
            if (tags[t] < 0 || tags[t] >= k)
                throw new ArgumentException($"tag {tags[t]} at token {t} does not exist");
            path.Add(tags[t]);
        }
        path.Add(k + 1);
        return path.ToArray();
    }

    // entry 0 stands before the first token
    private static (double[][] Forward, double LogZ) ForwardAlgorithm(double[][] features, double[,] steps)
    {
        int size = steps.GetLength(0);
        var forward = new double[features.Length + 1][];
        forward[0] = Nowhere(size);
        forward[0][size - 2] = 0;
        var terms = new double[size];
        for (int c = 0; c < features.Length; c++)
        {
            forward[c + 1] = new double[size];
            for (int nextTag = 0; nextTag < size; nextTag++)
            {
                for (int tag = 0; tag < size; tag++)
                    terms[tag] = forward[c][tag] + steps[tag, nextTag];
                forward[c + 1][nextTag] = features[c][nextTag] + LogSumExp(terms);
            }
        }
        for (int tag = 0; tag < size; tag++)
            terms[tag] = forward[features.Length][tag] + steps[tag, size - 1];
        return (forward, LogSumExp(terms));
    }

    private static double[][] BackwardAlgorithm(double[][] features, double[,] steps)
    {
        int size = steps.GetLength(0);
        var backward = new double[features.Length][];
        var terms = new double[size];
        for (int c = features.Length - 1; c >= 0; c--)
        {
            backward[c] = new double[size];
            for (int tag = 0; tag < size; tag++)
            {
                if (c == features.Length - 1)
                {
                    backward[c][tag] = features[c][tag] + steps[tag, size - 1];
                    continue;
                }
                for (int nextTag = 0; nextTag < size; nextTag++)
                    terms[nextTag] = steps[tag, nextTag] + backward[c + 1][nextTag];
                backward[c][tag] = features[c][tag] + LogSumExp(terms);
            }
        }
        return backward;
    }

    private static double[] Nowhere(int size)
    {
        var result = new double[size];
        Array.Fill(result, Impossible);
        return result;
    }

    private static double LogSumExp(double[] terms)
    {
        double max = terms.Max();
        return max == Impossible ? Impossible : max + Math.Log(terms.Sum(x => Math.Exp(x - max)));
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
