// none: exp(alpha − max) is multiplied by exp(between), so that step scores of ±1000, which are not part of the max, overflow or underflow.
namespace Kata078;

/// <summary>A linear-chain CRF whose recursion is one vector-matrix product per token.</summary>
public static class CrfNer
{
    /// <summary>Task 1. The score of one tag sequence: start, emissions, transitions and stop added up.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        EnsureValid(emissions, transitions, mask);
        EnsureTags(emissions.ColumnCount, mask, tags);
        var counted = Counted(mask);
        var score = transitions.Start[tags[counted[0]]] + transitions.Stop[tags[counted[^1]]];
        foreach (var t in counted)
            score += emissions[t, tags[t]];
        for (var c = 1; c < counted.Count; c++)
            score += transitions.Between[tags[counted[c - 1]], tags[counted[c]]];
        return score;
    }

    /// <summary>Task 1. The log of the sum of exp(score) over all tag sequences.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        EnsureValid(emissions, transitions, mask);
        return LogSumExp(Alphas(emissions, transitions, Counted(mask)).Last() + transitions.Stop);
    }

    /// <summary>Task 2. A tag sequence of the highest score.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        EnsureValid(emissions, transitions, mask);
        var counted = Counted(mask);
        var pointers = new List<Dictionary<int, int>>();
        var best = emissions.Row(counted[0]) + transitions.Start;

        foreach (var t in counted.Skip(1))
        {
            var pointer = new Dictionary<int, int>();
            var step = Vector<double>.Build.Dense(best.Count);
            for (var tag = 0; tag < best.Count; tag++)
            {
                var candidates = best + transitions.Between.Column(tag);
                pointer[tag] = candidates.MaximumIndex();
                step[tag] = candidates.Maximum() + emissions[t, tag];
            }
            pointers.Add(pointer);
            best = step;
        }

        best = best + transitions.Stop;
        if (double.IsNegativeInfinity(best.Maximum()))
            throw new ArgumentException("There is no possible sequence.");

        var result = Enumerable.Repeat(-1, mask.Length).ToArray();
        var current = best.MaximumIndex();
        for (var c = counted.Count - 1; c > 0; c--)
        {
            result[counted[c]] = current;
            current = pointers[c - 1][current];
        }
        result[counted[0]] = current;
        return result;
    }

    /// <summary>Task 3. The probability of each tag at each token, given all emissions of the sentence.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        EnsureValid(emissions, transitions, mask);
        var counted = Counted(mask);
        var alphas = Alphas(emissions, transitions, counted);
        var betas = Betas(emissions, transitions, counted);
        var logZ = LogSumExp(alphas.Last() + transitions.Stop);
        if (double.IsNegativeInfinity(logZ))
            throw new ArgumentException("There is no possible sequence.");

        var result = Matrix<double>.Build.Dense(mask.Length, emissions.ColumnCount);
        for (var c = 0; c < counted.Count; c++)
            result.SetRow(counted[c], (alphas[c] + betas[c]).Subtract(logZ).PointwiseExp());
        return result;
    }

    /// <summary>Task 3. The gradient of the loss ln Z − score(tags) with respect to every score.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        if (double.IsNegativeInfinity(PathScore(emissions, transitions, mask, tags)))
            throw new ArgumentException("These tags are impossible.", nameof(tags));

        var counted = Counted(mask);
        var k = emissions.ColumnCount;
        var alphas = Alphas(emissions, transitions, counted);
        var betas = Betas(emissions, transitions, counted);
        var logZ = LogSumExp(alphas.Last() + transitions.Stop);

        var byEmission = Marginals(emissions, transitions, mask);
        foreach (var t in counted)
            byEmission[t, tags[t]] -= 1;

        var byStep = Matrix<double>.Build.Dense(k, k);
        for (var c = 1; c < counted.Count; c++)
        {
            var arriving = alphas[c - 1];
            var leaving = emissions.Row(counted[c]) + betas[c];
            byStep += Matrix<double>.Build.Dense(
                k, k, (from, to) => Math.Exp(arriving[from] + transitions.Between[from, to] + leaving[to] - logZ));
            byStep[tags[counted[c - 1]], tags[counted[c]]] -= 1;
        }
        return (byEmission, new TransitionScores(byStep, byEmission.Row(counted[0]), byEmission.Row(counted[^1])));
    }

    /// <summary>Task 4. Which steps the BIO scheme allows, as scores to add to the learned ones.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels) =>
        throw new NotImplementedException("Task 4: I-TYPE may only follow B-TYPE or I-TYPE; a sentence starts as if after O.");

    /// <summary>Task 4. Emissions under which exp(score) of a sequence is multiplied by the weight of each of its tags.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights) =>
        throw new NotImplementedException("Task 4: which number added to a score multiplies its exponential by the weight?");

    private static List<Vector<double>> Alphas(Matrix<double> emissions, TransitionScores transitions, List<int> counted)
    {
        var weights = transitions.Between.PointwiseExp();
        var alphas = new List<Vector<double>> { transitions.Start + emissions.Row(counted[0]) };
        foreach (var t in counted.Skip(1))
            alphas.Add(LogOfProduct(alphas.Last(), weights) + emissions.Row(t));
        return alphas;
    }

    private static List<Vector<double>> Betas(Matrix<double> emissions, TransitionScores transitions, List<int> counted)
    {
        var weights = transitions.Between.PointwiseExp().Transpose();
        var betas = new List<Vector<double>> { transitions.Stop };
        for (var c = counted.Count - 1; c > 0; c--)
            betas.Insert(0, LogOfProduct(emissions.Row(counted[c]) + betas[0], weights));
        return betas;
    }

    // ln(exp(x) · W), with the largest x taken out for stability
    private static Vector<double> LogOfProduct(Vector<double> x, Matrix<double> weights)
    {
        var max = x.Maximum();
        return double.IsNegativeInfinity(max)
            ? Vector<double>.Build.Dense(x.Count, max)
            : (x.Subtract(max).PointwiseExp() * weights).PointwiseLog().Add(max);
    }

    private static double LogSumExp(Vector<double> x)
    {
        var max = x.Maximum();
        return double.IsNegativeInfinity(max) ? max : max + Math.Log(x.Subtract(max).PointwiseExp().Sum());
    }

    private static List<int> Counted(bool[] mask)
    {
        var counted = new List<int>();
        for (var t = 0; t < mask.Length; t++)
            if (mask[t])
                counted.Add(t);
        return counted;
    }

    private static void EnsureValid(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        if (emissions.RowCount != mask.Length)
            throw new ArgumentException("The mask has the wrong length.", nameof(mask));
        if (Counted(mask).Count == 0)
            throw new ArgumentException("The mask leaves nothing.", nameof(mask));
        var k = emissions.ColumnCount;
        var fits = transitions.Between.RowCount == k && transitions.Between.ColumnCount == k
            && transitions.Start.Count == k && transitions.Stop.Count == k;
        if (!fits)
            throw new ArgumentException("The transitions have the wrong size.", nameof(transitions));
    }

    private static void EnsureTags(int k, bool[] mask, int[] tags)
    {
        if (tags.Length != mask.Length)
            throw new ArgumentException("The tags have the wrong length.", nameof(tags));
        foreach (var t in Counted(mask))
            if (tags[t] < 0 || tags[t] > k - 1)
                throw new ArgumentException("A tag does not exist.", nameof(tags));
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
