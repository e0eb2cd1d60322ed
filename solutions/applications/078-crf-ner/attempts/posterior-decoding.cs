// best-tag-of-each-marginal: Viterbi returns the most probable tag of each token alone, the argmax of the marginals, not the most probable sequence.
namespace Kata078;

/// <summary>A conditional random field; everything is read off the same two scans.</summary>
public static class CrfNer
{
    /// <summary>Task 1. The score of one tag sequence: start, emissions, transitions and stop added up.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        var (tokens, between, start, stop) = Open(emissions, transitions, mask);
        return Score([.. Annotated(tokens, emissions, tags)]);

        double Score((double[] Row, int Tag)[] path)
        {
            var total = start[path[0].Tag] + stop[path[^1].Tag];
            foreach (var ((row, tag), i) in path.Select((step, index) => (step, index)))
                total += row[tag] + (i == 0 ? 0 : between[path[i - 1].Tag][tag]);
            return total;
        }
    }

    /// <summary>Task 1. The log of the sum of exp(score) over all tag sequences.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var (tokens, between, start, stop) = Open(emissions, transitions, mask);
        return LogSum(Sum(FromLeft(tokens, between, start).Last(), stop));
    }

    /// <summary>Task 2. A tag sequence of the highest score.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var probabilities = Marginals(emissions, transitions, mask);
        return [.. mask.Select((counts, t) => counts ? probabilities.Row(t).MaximumIndex() : -1)];
    }

    /// <summary>Task 3. The probability of each tag at each token, given all emissions of the sentence.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var (tokens, between, start, stop) = Open(emissions, transitions, mask);
        double[][] left = [.. FromLeft(tokens, between, start)];
        double[][] right = [.. FromRight(tokens, between, stop)];
        Array.Reverse(right);

        var logZ = LogSum(Sum(left[0], right[0])) switch
        {
            double.NegativeInfinity => throw new ArgumentException("Every tag sequence is forbidden."),
            var finite => finite,
        };

        var result = Matrix<double>.Build.Dense(mask.Length, emissions.ColumnCount);
        for (var i = 0; i < tokens.Length; i++)
            result.SetRow(tokens[i].Position, Array.ConvertAll(Sum(left[i], right[i]), x => Math.Exp(x - logZ)));
        return result;
    }

    /// <summary>Task 3. The gradient of the loss ln Z − score(tags) with respect to every score.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        if (PathScore(emissions, transitions, mask, tags) == double.NegativeInfinity)
            throw new ArgumentException("The tags are forbidden.", nameof(tags));

        var (tokens, between, start, stop) = Open(emissions, transitions, mask);
        double[][] left = [.. FromLeft(tokens, between, start)];
        double[][] right = [.. FromRight(tokens, between, stop)];
        Array.Reverse(right);
        var logZ = LogSum(Sum(left[0], right[0]));

        var byEmission = Marginals(emissions, transitions, mask);
        var byBetween = Matrix<double>.Build.Dense(start.Length, start.Length);
        var (first, last) = (tokens[0].Position, tokens[^1].Position);

        foreach (var (position, _) in tokens)
            byEmission[position, tags[position]] -= 1;

        for (var i = 1; i < tokens.Length; i++)
        {
            var onward = Sum(tokens[i].Row, right[i]);
            for (var a = 0; a < start.Length; a++)
                for (var b = 0; b < start.Length; b++)
                    byBetween[a, b] += Math.Exp(left[i - 1][a] + between[a][b] + onward[b] - logZ);
            byBetween[tags[tokens[i - 1].Position], tags[tokens[i].Position]] -= 1;
        }

        return (byEmission, new TransitionScores(byBetween, byEmission.Row(first), byEmission.Row(last)));
    }

    /// <summary>Task 4. Which steps the BIO scheme allows, as scores to add to the learned ones.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        var k = labels.Count;
        var between = Matrix<double>.Build.Dense(k, k);
        var start = Vector<double>.Build.Dense(k);
        foreach (var (to, label) in labels.Index())
        {
            switch (label)
            {
                case "O" or ['B', '-', _, ..]:
                    break;
                case ['I', '-', _, ..]:
                    start[to] = double.NegativeInfinity;
                    foreach (var (from, before) in labels.Index())
                        if (before is not ['B' or 'I', .. var tail] || tail != label[1..])
                            between[from, to] = double.NegativeInfinity;
                    break;
                default:
                    throw new ArgumentException($"Cannot read the label {label}.", nameof(labels));
            }
        }
        return new TransitionScores(between, start, Vector<double>.Build.Dense(k));
    }

    /// <summary>Task 4. Emissions under which exp(score) of a sequence is multiplied by the weight of each of its tags.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        if (classWeights.Count != emissions.ColumnCount)
            throw new ArgumentException("Weights and tags do not match.", nameof(classWeights));
        if (classWeights.Any(w => w is not (>= 0 and <= double.MaxValue)))
            throw new ArgumentException("Weights must be finite and not negative.", nameof(classWeights));
        return Matrix<double>.Build.Dense(emissions.RowCount, emissions.ColumnCount, (t, tag) => classWeights[tag] switch
        {
            0 => double.NegativeInfinity,
            1 => emissions[t, tag],
            var w => emissions[t, tag] + Math.Log(w),
        });
    }

    private static ((int Position, double[] Row)[] Tokens, double[][] Between, double[] Start, double[] Stop) Open(
        Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        var (between, start, stop) = transitions;
        var k = emissions.ColumnCount;
        if (mask.Length != emissions.RowCount)
            throw new ArgumentException("Mask and emissions do not match.", nameof(mask));
        if ((between.RowCount, between.ColumnCount, start.Count, stop.Count) != (k, k, k, k))
            throw new ArgumentException("Transitions and emissions do not match.", nameof(transitions));

        var tokens = mask.Index().Where(x => x.Item).Select(x => (x.Index, emissions.Row(x.Index).ToArray())).ToArray();
        return tokens.Length > 0
            ? (tokens, between.ToRowArrays(), start.ToArray(), stop.ToArray())
            : throw new ArgumentException("There is no token to tag.", nameof(mask));
    }

    private static IEnumerable<(double[] Row, int Tag)> Annotated(
        (int Position, double[] Row)[] tokens, Matrix<double> emissions, int[] tags)
    {
        if (tags.Length != emissions.RowCount)
            throw new ArgumentException("Tags and emissions do not match.", nameof(tags));
        foreach (var (position, row) in tokens)
            yield return tags[position] >= 0 && tags[position] < row.Length
                ? (row, tags[position])
                : throw new ArgumentException($"{tags[position]} is not a tag.", nameof(tags));
    }

    // one array per token, the emission of the token included
    private static IEnumerable<double[]> FromLeft((int Position, double[] Row)[] tokens, double[][] between, double[] start)
    {
        var state = Sum(start, tokens[0].Row);
        yield return state;
        foreach (var (_, row) in tokens.Skip(1))
        {
            var arriving = new double[row.Length];
            for (var to = 0; to < row.Length; to++)
            {
                var ways = new double[row.Length];
                for (var i = 0; i < ways.Length; i++)
                    ways[i] = state[i] + between[i][to];
                arriving[to] = LogSum(ways);
            }
            state = Sum(arriving, row);
            yield return state;
        }
    }

    // one array per token, last token first, the emission of the token not included
    private static IEnumerable<double[]> FromRight((int Position, double[] Row)[] tokens, double[][] between, double[] stop)
    {
        var state = stop;
        yield return state;
        for (var i = tokens.Length - 1; i > 0; i--)
        {
            var onward = Sum(tokens[i].Row, state);
            state = Array.ConvertAll(between, steps => LogSum(Sum(steps, onward)));
            yield return state;
        }
    }

    private static double[] Sum(double[] a, double[] b)
    {
        var sum = new double[a.Length];
        for (var i = 0; i < sum.Length; i++)
            sum[i] = a[i] + b[i];
        return sum;
    }

    private static double LogSum(double[] xs) => xs.Max() switch
    {
        double.NegativeInfinity => double.NegativeInfinity,
        var top => top + Math.Log(xs.Sum(x => Math.Exp(x - top))),
    };
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
