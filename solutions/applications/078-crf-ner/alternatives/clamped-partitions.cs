namespace Kata078;

/// <summary>
/// One recursion over matrices, with + and × exchanged for the operations of a semiring; every probability is a quotient
/// of two partitions, one of which is clamped to the event.
/// </summary>
public static class CrfNer
{
    public static double PathScore(Matrix<double> emissions, TransitionScores transitions, bool[] mask, int[] tags)
    {
        Require(tags.Length == emissions.RowCount, "one tag per token");
        var chain = Chain(emissions, transitions, mask);
        var path = tags.Where((_, token) => mask[token]).ToList();
        Require(path.All(tag => tag >= 0 && tag < emissions.ColumnCount), "tags between 0 and k − 1");
        return path.Prepend(0).Zip(path.Append(0), (from, to) => (from, to)).Zip(chain, (step, scores) => scores[step.from, step.to]).Sum();
    }

    public static double LogPartition(Matrix<double> emissions, TransitionScores transitions, bool[] mask) =>
        Product(Chain(emissions, transitions, mask));

    public static int[] Viterbi(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        // The best score from each tag to the end, from right to left; then the tags are read off from left to right.
        var chain = Chain(emissions, transitions, mask);
        var rest = new Stack<Vector<double>>();
        rest.Push(Vector<double>.Build.Dense(1));
        foreach (var step in Enumerable.Reverse(chain))
        {
            var next = rest.Peek();
            rest.Push(Vector<double>.Build.DenseOfEnumerable(step.EnumerateRows().Select(row => (row + next).Max())));
        }

        Require(rest.Pop()[0] > double.NegativeInfinity, "a possible sequence");
        var tags = new int[mask.Length];
        var (tag, link) = (0, 0);
        for (var token = 0; token < tags.Length; token++)
        {
            tags[token] = mask[token] ? tag = (chain[link++].Row(tag) + rest.Pop()).MaximumIndex() : -1;
        }

        return tags;
    }

    public static Matrix<double> Marginals(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        var chain = Chain(emissions, transitions, mask);
        var all = Product(chain);
        Require(all > double.NegativeInfinity, "a possible sequence");
        var link = mask.Select((_, token) => mask.Take(token).Count(counts => counts)).ToArray();
        return Matrix<double>.Build.Dense(emissions.RowCount, emissions.ColumnCount, (token, tag) =>
            mask[token] ? Math.Exp(Product(Clamp(chain, link[token], (_, to) => to == tag)) - all) : 0);
    }

    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        Matrix<double> emissions, TransitionScores transitions, bool[] mask, int[] tags)
    {
        Require(PathScore(emissions, transitions, mask, tags) > double.NegativeInfinity, "an annotation that is allowed");
        var chain = Chain(emissions, transitions, mask);
        var all = Product(chain);
        var path = tags.Where((_, token) => mask[token]).ToArray();
        var k = emissions.ColumnCount;
        var tagGradient = Marginals(emissions, transitions, mask)
            .MapIndexed((token, tag, probability) => mask[token] && tags[token] == tag ? probability - 1 : probability, Zeros.Include);
        var steps = Matrix<double>.Build.Dense(k, k, (from, to) => Enumerable.Range(1, path.Length - 1).Sum(link =>
            Math.Exp(Product(Clamp(chain, link, (a, b) => (a, b) == (from, to))) - all) - ((path[link - 1], path[link]) == (from, to) ? 1 : 0)));
        return (tagGradient, new TransitionScores(
            steps, tagGradient.Row(Array.IndexOf(mask, true)), tagGradient.Row(Array.LastIndexOf(mask, true))));
    }

    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        var parsed = labels.Select(label => label.Split('-', 2) switch
        {
            ["O"] => (Kind: 'O', Type: ""),
            ["B" or "I", { Length: > 0 } type] => (Kind: label[0], Type: type),
            _ => throw new ArgumentException($"Not a BIO label: '{label}'"),
        }).ToList();
        double Score((char Kind, string Type) from, (char Kind, string Type) to) =>
            to.Kind != 'I' || (from.Kind != 'O' && from.Type == to.Type) ? 0 : double.NegativeInfinity;

        return new TransitionScores(
            Matrix<double>.Build.DenseOfRows(parsed.Select(from => parsed.Select(to => Score(from, to)))),
            Vector<double>.Build.DenseOfEnumerable(parsed.Select(to => Score(('O', ""), to))),
            Vector<double>.Build.Dense(labels.Count, 0.0));
    }

    public static Matrix<double> WeightedEmissions(Matrix<double> emissions, Vector<double> classWeights)
    {
        Require(classWeights.Count == emissions.ColumnCount, "one weight per tag");
        Require(classWeights.All(weight => weight is >= 0 and <= double.MaxValue), "finite weights that are not negative");
        return Matrix<double>.Build.DenseOfRowVectors(emissions.EnumerateRows().Select(row => row + classWeights.PointwiseLog()));
    }

    /// <summary>The sentence as a product of matrices: 1 × k for the start, k × k for each further token, k × 1 for the stop.</summary>
    private static List<Matrix<double>> Chain(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        var k = emissions.ColumnCount;
        Require(mask.Length == emissions.RowCount && mask.Contains(true), "a mask of as many entries as tokens, one of them true");
        Require((transitions.Between.RowCount, transitions.Between.ColumnCount) == (k, k), "k × k transitions");
        Require((transitions.Start.Count, transitions.Stop.Count) == (k, k), "k start and stop scores");
        return
        [
            .. emissions.EnumerateRows().Where((_, token) => mask[token]).Select((row, t) =>
                t == 0 ? (transitions.Start + row).ToRowMatrix() : transitions.Between.MapIndexed((_, to, score) => score + row[to], Zeros.Include)),
            transitions.Stop.ToColumnMatrix(),
        ];
    }

    private static List<Matrix<double>> Clamp(List<Matrix<double>> chain, int link, Func<int, int, bool> allowed) =>
        [.. chain.Select((step, i) => i != link ? step : step.MapIndexed((from, to, score) => allowed(from, to) ? score : double.NegativeInfinity, Zeros.Include))];

    private static double Product(List<Matrix<double>> chain) =>
        chain.Skip(1).Aggregate(chain[0].Row(0), (arrived, step) =>
            Vector<double>.Build.Dense(step.ColumnCount, to => LogSumExp(arrived.Select((score, from) => score + step[from, to]).ToArray())))[0];

    private static double LogSumExp(double[] values) =>
        values.Max() is var max && max > double.NegativeInfinity
            ? max + Math.Log(values.Sum(value => Math.Exp(value - max)))
            : double.NegativeInfinity;

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new ArgumentException($"Needed: {what}.");
        }
    }
}

public sealed record TransitionScores(Matrix<double> Between, Vector<double> Start, Vector<double> Stop);
