// none: BioConstraints takes the second piece of Split('-') as TYPE, so that I-A-X may follow B-A-Y.
namespace Kata078;

/// <summary>
/// A linear-chain conditional random field, computed with weights whose logarithm is stored: sums and products of such weights
/// read as in the textbook.
/// </summary>
public static class CrfNer
{
    /// <summary>Task 1. The score of one tag sequence: start, emissions, transitions and stop added up.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        var field = Field.Create(emissions, transitions, mask);
        return field.WeightOf(field.Select(tags)).Log;
    }

    /// <summary>Task 1. The log of the sum of exp(score) over all tag sequences.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var field = Field.Create(emissions, transitions, mask);
        return field.Z(field.Forward()).Log;
    }

    /// <summary>Task 2. A tag sequence of the highest score.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var field = Field.Create(emissions, transitions, mask);
        var (k, m) = (field.K, field.M);
        var weight = new Weight[m, k];
        var from = new int[m, k];

        for (var j = 0; j < k; j++)
            weight[0, j] = field.Start[j] * field.Emission[0, j];
        for (var t = 1; t < m; t++)
        {
            for (var j = 0; j < k; j++)
            {
                var heaviest = Weight.Zero;
                for (var i = 0; i < k; i++)
                {
                    var candidate = weight[t - 1, i] * field.Between[i, j];
                    if (candidate > heaviest)
                        (heaviest, from[t, j]) = (candidate, i);
                }
                weight[t, j] = heaviest * field.Emission[t, j];
            }
        }

        var (best, tag) = (Weight.Zero, -1);
        for (var j = 0; j < k; j++)
        {
            if (weight[m - 1, j] * field.Stop[j] > best)
                (best, tag) = (weight[m - 1, j] * field.Stop[j], j);
        }
        if (tag < 0)
            throw new ArgumentException("All tag sequences have weight 0.");

        var result = new int[mask.Length];
        Array.Fill(result, -1);
        for (var t = m - 1; t >= 0; t--)
        {
            result[field.Position[t]] = tag;
            tag = from[t, tag];
        }
        return result;
    }

    /// <summary>Task 3. The probability of each tag at each token, given all emissions of the sentence.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var field = Field.Create(emissions, transitions, mask);
        var (forward, backward) = (field.Forward(), field.Backward());
        var z = field.Z(forward);
        if (z == Weight.Zero)
            throw new ArgumentException("All tag sequences have weight 0.");

        var result = Matrix<double>.Build.Dense(mask.Length, field.K);
        for (var t = 0; t < field.M; t++)
            for (var j = 0; j < field.K; j++)
                result[field.Position[t], j] = forward[t, j] * backward[t, j] / z;
        return result;
    }

    /// <summary>Task 3. The gradient of the loss ln Z − score(tags) with respect to every score.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        var field = Field.Create(emissions, transitions, mask);
        var path = field.Select(tags);
        if (field.WeightOf(path) == Weight.Zero)
            throw new ArgumentException("The annotated sequence has weight 0.", nameof(tags));

        var (forward, backward) = (field.Forward(), field.Backward());
        var z = field.Z(forward);
        var byEmission = Marginals(emissions, transitions, mask);
        var byBetween = Matrix<double>.Build.Dense(field.K, field.K);
        for (var t = 0; t < field.M; t++)
        {
            byEmission[field.Position[t], path[t]] -= 1;
            if (t == 0)
                continue;
            byBetween[path[t - 1], path[t]] -= 1;
            for (var i = 0; i < field.K; i++)
                for (var j = 0; j < field.K; j++)
                    byBetween[i, j] += forward[t - 1, i] * field.Between[i, j] * field.Emission[t, j] * backward[t, j] / z;
        }
        return (
            byEmission,
            new TransitionScores(byBetween, byEmission.Row(field.Position[0]), byEmission.Row(field.Position[field.M - 1])));
    }

    /// <summary>Task 4. Which steps the BIO scheme allows, as scores to add to the learned ones.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        var tags = new List<(string Prefix, string Type)> { ("O", "") };
        foreach (var label in labels)
        {
            var pieces = label.Split('-');
            if (label == "O")
                tags.Add(("O", ""));
            else if (pieces.Length > 1 && pieces[0] is "B" or "I" && label.Length > 2)
                tags.Add((pieces[0], pieces[1]));
            else
                throw new ArgumentException($"The label {label} is unknown.", nameof(labels));
        }

        // Tag 0 of this table is the O before the sentence.
        double Step(int left, int entered) =>
            tags[entered].Prefix == "I" && (tags[left].Prefix == "O" || tags[left].Type != tags[entered].Type)
                ? double.NegativeInfinity
                : 0;

        return new TransitionScores(
            Matrix<double>.Build.Dense(labels.Count, labels.Count, (i, j) => Step(i + 1, j + 1)),
            Vector<double>.Build.Dense(labels.Count, j => Step(0, j + 1)),
            Vector<double>.Build.Dense(labels.Count));
    }

    /// <summary>Task 4. Emissions under which exp(score) of a sequence is multiplied by the weight of each of its tags.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        if (emissions.ColumnCount != classWeights.Count)
            throw new ArgumentException("One weight per tag, please.", nameof(classWeights));
        if (!classWeights.All(w => double.IsFinite(w)) || classWeights.Any(w => w < 0))
            throw new ArgumentException("Weights must be finite and not negative.", nameof(classWeights));
        return Matrix<double>.Build.Dense(
            emissions.RowCount,
            emissions.ColumnCount,
            (t, j) => (new Weight(emissions[t, j]) * new Weight(Math.Log(classWeights[j]))).Log);
    }

    /// <summary>A weight of at least 0, by its logarithm.</summary>
    private readonly record struct Weight(double Log)
    {
        public static readonly Weight Zero = new(double.NegativeInfinity);

        public static Weight operator *(Weight a, Weight b) => new(a.Log + b.Log);

        public static Weight operator +(Weight a, Weight b)
        {
            var (more, less) = a > b ? (a, b) : (b, a);
            return less == Zero ? more : new(more.Log + Math.Log(1 + Math.Exp(less.Log - more.Log)));
        }

        public static double operator /(Weight part, Weight whole) => Math.Exp(part.Log - whole.Log);

        public static bool operator >(Weight a, Weight b) => a.Log > b.Log;

        public static bool operator <(Weight a, Weight b) => a.Log < b.Log;
    }

    private sealed record Field(int Tokens, int[] Position, Weight[,] Emission, Weight[,] Between, Weight[] Start, Weight[] Stop)
    {
        public int M => Position.Length;

        public int K => Start.Length;

        public static Field Create(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
        {
            var k = emissions.ColumnCount;
            if (mask.Length != emissions.RowCount)
                throw new ArgumentException("One mask entry per token, please.", nameof(mask));
            if (transitions.Between.RowCount != k || transitions.Between.ColumnCount != k
                || transitions.Start.Count != k || transitions.Stop.Count != k)
                throw new ArgumentException($"Transition scores for {k} tags, please.", nameof(transitions));

            var position = Enumerable.Range(0, mask.Length).Where(t => mask[t]).ToArray();
            if (position.Length == 0)
                throw new ArgumentException("At least one token, please.", nameof(mask));

            var emission = new Weight[position.Length, k];
            var between = new Weight[k, k];
            for (var j = 0; j < k; j++)
            {
                for (var t = 0; t < position.Length; t++)
                    emission[t, j] = new(emissions[position[t], j]);
                for (var i = 0; i < k; i++)
                    between[i, j] = new(transitions.Between[i, j]);
            }
            return new(
                mask.Length,
                position,
                emission,
                between,
                transitions.Start.Select(x => new Weight(x)).ToArray(),
                transitions.Stop.Select(x => new Weight(x)).ToArray());
        }

        public int[] Select(int[] tags)
        {
            if (tags.Length != Tokens)
                throw new ArgumentException("One tag per token, please.", nameof(tags));
            var path = Position.Select(t => tags[t]).ToArray();
            if (path.Any(tag => tag < 0 || tag >= K))
                throw new ArgumentException("Tags from 0 to k - 1, please.", nameof(tags));
            return path;
        }

        public Weight WeightOf(int[] path)
        {
            var weight = Start[path[0]] * Emission[0, path[0]];
            for (var t = 1; t < path.Length; t++)
                weight = weight * Between[path[t - 1], path[t]] * Emission[t, path[t]];
            return weight * Stop[path[^1]];
        }

        /// <summary>The weight of all that ends in a tag, its emission included.</summary>
        public Weight[,] Forward()
        {
            var forward = new Weight[M, K];
            for (var t = 0; t < M; t++)
            {
                for (var j = 0; j < K; j++)
                {
                    var arriving = t == 0 ? Start[j] : Weight.Zero;
                    for (var i = 0; t > 0 && i < K; i++)
                        arriving += forward[t - 1, i] * Between[i, j];
                    forward[t, j] = arriving * Emission[t, j];
                }
            }
            return forward;
        }

        /// <summary>The weight of all that follows a tag, its emission not included.</summary>
        public Weight[,] Backward()
        {
            var backward = new Weight[M, K];
            for (var t = M - 1; t >= 0; t--)
            {
                for (var i = 0; i < K; i++)
                {
                    backward[t, i] = t == M - 1 ? Stop[i] : Weight.Zero;
                    for (var j = 0; t < M - 1 && j < K; j++)
                        backward[t, i] += Between[i, j] * Emission[t + 1, j] * backward[t + 1, j];
                }
            }
            return backward;
        }

        public Weight Z(Weight[,] forward) =>
            Enumerable.Range(0, K).Aggregate(Weight.Zero, (sum, j) => sum + forward[M - 1, j] * Stop[j]);
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
