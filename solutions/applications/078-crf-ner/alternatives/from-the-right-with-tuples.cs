using static System.Double;

namespace Kata078;

/// <summary>
/// A linear-chain conditional random field, told from the right: every value is "what can still come", and sequences are then
/// drawn, best or weighted, from the left.
/// </summary>
public static class CrfNer
{
    /// <summary>Task 1. The score of one tag sequence: start, emissions, transitions and stop added up.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        var rows = Rows(emissions, transitions, mask);
        var (score, end) = Gold(emissions, mask, tags).Zip(rows).Aggregate(
            (Score: 0.0, Tag: Nowhere),
            (at, next) => (at.Score + Enter(transitions, at.Tag, next.First) + next.Second[next.First], next.First));
        return score + transitions.Stop[end];
    }

    /// <summary>Task 1. The log of the sum of exp(score) over all tag sequences.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var rows = Rows(emissions, transitions, mask);
        var ahead = StillToCome(rows, transitions)[0];
        return LogSum(Choices(transitions, Nowhere, rows[0], ahead));
    }

    /// <summary>Task 2. A tag sequence of the highest score.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var rows = Rows(emissions, transitions, mask);
        var ends = transitions.Stop.Select(stop => (Score: stop, Tail: (Path?)null)).ToArray();

        (double Score, Path? Tail) Best(int from, double[] row, (double Score, Path? Tail)[] ahead) =>
            Enumerable.Range(0, row.Length)
                .Select(to => (
                    Score: Enter(transitions, from, to) + row[to] + ahead[to].Score,
                    Tail: (Path?)new Path(to, ahead[to].Tail)))
                .Aggregate((one, other) => other.Score > one.Score ? other : one);

        var afterFirst = FoldBack(
            rows[1..], ends, (row, ahead) => Enumerable.Range(0, row.Length).Select(from => Best(from, row, ahead)).ToArray());

        return Best(Nowhere, rows[0], afterFirst) switch
        {
            (NegativeInfinity, _) => throw new ArgumentException("No tag sequence is possible."),
            var (_, path) => Unroll(mask, path),
        };
    }

    /// <summary>Task 3. The probability of each tag at each token, given all emissions of the sentence.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask) =>
        Expect(Rows(emissions, transitions, mask), transitions) switch
        {
            ({ } singles, _) => Place(singles, mask),
            _ => throw new ArgumentException("No tag sequence is possible."),
        };

    /// <summary>Task 3. The gradient of the loss ln Z − score(tags) with respect to every score.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        if (PathScore(emissions, transitions, mask, tags) is NegativeInfinity)
            throw new ArgumentException("The loss of the annotated sequence is infinite.", nameof(tags));

        var gold = Gold(emissions, mask, tags);
        var (singles, pairs) = Expect(Rows(emissions, transitions, mask), transitions) switch
        {
            ({ } tagCounts, { } stepCounts) => (tagCounts, stepCounts),
            _ => throw new ArgumentException("No tag sequence is possible."),
        };

        foreach (var (t, tag) in gold.Index())
            singles[t][tag]--;
        foreach (var (from, to) in gold.Zip(gold.Skip(1)))
            pairs[from, to]--;

        return (
            Place(singles, mask),
            new TransitionScores(
                Matrix<double>.Build.DenseOfArray(pairs),
                Vector<double>.Build.DenseOfArray(singles[0]),
                Vector<double>.Build.DenseOfArray(singles[^1])));
    }

    /// <summary>Task 4. Which steps the BIO scheme allows, as scores to add to the learned ones.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        (char Kind, string Type)[] parsed = [.. labels.Select(label => label switch
        {
            "O" => ('O', ""),
            ['B', '-', .. { Length: > 0 } type] => ('B', type),
            ['I', '-', .. { Length: > 0 } type] => ('I', type),
            _ => throw new ArgumentException($"No BIO label: {label}", nameof(labels)),
        })];

        static double Rule((char Kind, string Type) before, (char Kind, string Type) after) => (before, after) switch
        {
            (_, ('O' or 'B', _)) => 0,
            (('O', _), ('I', _)) => NegativeInfinity,
            var ((_, one), (_, other)) => one == other ? 0 : NegativeInfinity,
        };

        return new(
            Matrix<double>.Build.Dense(parsed.Length, parsed.Length, (from, to) => Rule(parsed[from], parsed[to])),
            Vector<double>.Build.Dense(parsed.Length, to => Rule(('O', ""), parsed[to])),
            Vector<double>.Build.Dense(parsed.Length));
    }

    /// <summary>Task 4. Emissions under which exp(score) of a sequence is multiplied by the weight of each of its tags.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        if (classWeights.Count != emissions.ColumnCount)
            throw new ArgumentException("There must be as many weights as tags.", nameof(classWeights));

        double[] bonus = [.. classWeights.Select(weight => weight switch
        {
            >= 0 and < PositiveInfinity => Math.Log(weight),
            _ => throw new ArgumentException($"{weight} is no class weight.", nameof(classWeights)),
        })];
        return Matrix<double>.Build.Dense(emissions.RowCount, bonus.Length, (t, tag) => emissions[t, tag] + bonus[tag]);
    }

    /// <summary>Stands for "before the first token"; entering from there costs the start score.</summary>
    private const int Nowhere = -1;

    private sealed record Path(int Tag, Path? Tail);

    private static double Enter(TransitionScores transitions, int from, int to) => from switch
    {
        Nowhere => transitions.Start[to],
        _ => transitions.Between[from, to],
    };

    /// <summary>For each next tag the log weight of going there and on to the end, when standing in a tag (or nowhere).</summary>
    private static double[] Choices(TransitionScores transitions, int from, double[] row, double[] ahead)
    {
        var choices = new double[row.Length];
        for (var to = 0; to < choices.Length; to++)
            choices[to] = Enter(transitions, from, to) + row[to] + ahead[to];
        return choices;
    }

    /// <summary>At [t][i] the log weight of everything after counted token t when it has tag i.</summary>
    private static double[][] StillToCome(double[][] rows, TransitionScores transitions)
    {
        var seed = (Ahead: transitions.Stop.ToArray(), All: new Stack<double[]>());
        seed.All.Push(seed.Ahead);
        return [.. FoldBack(rows[1..], seed, (row, state) =>
        {
            var here = new double[row.Length];
            for (var from = 0; from < here.Length; from++)
                here[from] = LogSum(Choices(transitions, from, row, state.Ahead));
            state.All.Push(here);
            return (here, state.All);
        }).All];
    }

    /// <summary>Expected tags and expected steps; nothing when no sequence is possible.</summary>
    private static (double[][]? Singles, double[,]? Pairs) Expect(double[][] rows, TransitionScores transitions)
    {
        var ahead = StillToCome(rows, transitions);
        var k = rows[0].Length;
        if (Distribution(Choices(transitions, Nowhere, rows[0], ahead[0])) is not { } first)
            return (null, null);

        var singles = new double[rows.Length][];
        var pairs = new double[k, k];
        singles[0] = first;
        for (var t = 1; t < rows.Length; t++)
        {
            singles[t] = new double[k];
            for (var from = 0; from < k; from++)
            {
                // The field is a Markov chain from left to right once "what is still to come" is known.
                if (Distribution(Choices(transitions, from, rows[t], ahead[t])) is not { } next)
                    continue;
                for (var to = 0; to < k; to++)
                {
                    var both = singles[t - 1][from] * next[to];
                    singles[t][to] += both;
                    pairs[from, to] += both;
                }
            }
        }
        return (singles, pairs);
    }

    private static double[]? Distribution(double[] logits) => LogSum(logits) switch
    {
        NegativeInfinity => null,
        var total => Array.ConvertAll(logits, x => Math.Exp(x - total)),
    };

    private static TState FoldBack<T, TState>(T[] items, TState seed, Func<T, TState, TState> step)
    {
        for (var t = items.Length - 1; t >= 0; t--)
            seed = step(items[t], seed);
        return seed;
    }

    private static double LogSum(double[] xs) => xs.Aggregate(NegativeInfinity, LogAdd);

    private static double LogAdd(double a, double b) => (a, b) switch
    {
        (NegativeInfinity, _) => b,
        (_, NegativeInfinity) => a,
        _ when a >= b => a + LogP1(Math.Exp(b - a)),
        _ => b + LogP1(Math.Exp(a - b)),
    };

    private static double[][] Rows(Matrix<double> emissions, TransitionScores transitions, bool[] mask) =>
        (emissions.ColumnCount, transitions) switch
        {
            _ when mask.Length != emissions.RowCount =>
                throw new ArgumentException("The mask needs one entry per token.", nameof(mask)),
            _ when Array.TrueForAll(mask, counts => !counts) =>
                throw new ArgumentException("At least one token has to count.", nameof(mask)),
            (var k, { Between: { RowCount: var rows, ColumnCount: var columns }, Start.Count: var starts, Stop.Count: var stops })
                when rows != k || columns != k || starts != k || stops != k =>
                throw new ArgumentException($"The transition scores are not for {k} tags.", nameof(transitions)),
            _ => Enumerable.Range(0, mask.Length).Where(t => mask[t]).Select(t => emissions.Row(t).ToArray()).ToArray(),
        };

    private static int[] Gold(Matrix<double> emissions, bool[] mask, int[] tags) =>
        tags.Length != mask.Length
            ? throw new ArgumentException("One tag per token is needed.", nameof(tags))
            : tags.Zip(mask).Where(pair => pair.Second).Select(pair => pair.First switch
            {
                < 0 => throw new ArgumentException("A tag is negative.", nameof(tags)),
                var tag when tag >= emissions.ColumnCount => throw new ArgumentException($"There is no tag {tag}.", nameof(tags)),
                var tag => tag,
            }).ToArray();

    private static int[] Unroll(bool[] mask, Path? path)
    {
        var result = new int[mask.Length];
        for (var t = 0; t < mask.Length; t++)
            (result[t], path) = mask[t] ? (path!.Tag, path.Tail) : (-1, path);
        return result;
    }

    private static Matrix<double> Place(double[][] counted, bool[] mask)
    {
        var result = Matrix<double>.Build.Dense(mask.Length, counted[0].Length);
        var next = 0;
        foreach (var (t, counts) in mask.Index())
            if (counts)
                result.SetRow(t, counted[next++]);
        return result;
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
