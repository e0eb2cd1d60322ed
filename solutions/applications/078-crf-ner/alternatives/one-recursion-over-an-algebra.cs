namespace Kata078;

/// <summary>
/// A linear-chain conditional random field. One recursion serves sums and maxima: it is written once, over an algebra that
/// says how the scores of alternatives are gathered.
/// </summary>
public static class CrfNer
{
    /// <summary>Task 1. The score of one tag sequence: start, emissions, transitions and stop added up.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        var chain = new Chain(emissions, transitions, mask);
        return chain.ScoreOf(chain.Pick(tags));
    }

    /// <summary>Task 1. The log of the sum of exp(score) over all tag sequences.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var chain = new Chain(emissions, transitions, mask);
        return chain.Total<AllPaths>(chain.Following<AllPaths>());
    }

    /// <summary>Task 2. A tag sequence of the highest score.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var chain = new Chain(emissions, transitions, mask);

        // The best that can still follow is known for every tag, so the best path can be walked from the front, and nothing
        // has to be remembered on the way.
        var bestToGo = chain.Following<BestPath>();
        if (double.IsNegativeInfinity(chain.Total<BestPath>(bestToGo)))
            throw new ArgumentException("No tag sequence is possible.");

        var result = new int[mask.Length];
        Array.Fill(result, -1);
        var entry = chain.Start;
        for (var t = 0; t < chain.Length; t++)
        {
            var tag = 0;
            for (var candidate = 1; candidate < chain.Tags; candidate++)
                if (entry[candidate] + bestToGo[t][candidate] > entry[tag] + bestToGo[t][tag])
                    tag = candidate;
            result[chain.Positions[t]] = tag;
            entry = chain.Step[tag];
        }
        return result;
    }

    /// <summary>Task 3. The probability of each tag at each token, given all emissions of the sentence.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask) =>
        new Expectations(new Chain(emissions, transitions, mask)).Tag(mask.Length);

    /// <summary>Task 3. The gradient of the loss ln Z − score(tags) with respect to every score.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        var chain = new Chain(emissions, transitions, mask);
        var path = chain.Pick(tags);
        if (double.IsNegativeInfinity(chain.ScoreOf(path)))
            throw new ArgumentException("The annotated sequence is forbidden: its loss is infinite.", nameof(tags));

        var expectations = new Expectations(chain);
        var byEmission = expectations.Tag(mask.Length);
        var byStep = expectations.Steps();

        for (var t = 0; t < path.Length; t++)
        {
            byEmission[chain.Positions[t], path[t]] -= 1;
            if (t > 0)
                byStep[path[t - 1], path[t]] -= 1;
        }

        // A start score is used exactly where the first token's emission is used, a stop score where the last token's is.
        return (byEmission, new TransitionScores(byStep, byEmission.Row(chain.Positions[0]), byEmission.Row(chain.Positions[^1])));
    }

    /// <summary>Task 4. Which steps the BIO scheme allows, as scores to add to the learned ones.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        var parsed = new BioLabel[labels.Count];
        for (var i = 0; i < parsed.Length; i++)
            parsed[i] = BioLabel.Parse(labels[i]);

        static double Score(bool allowed) => allowed ? 0 : double.NegativeInfinity;

        return new TransitionScores(
            Matrix<double>.Build.Dense(parsed.Length, parsed.Length, (from, to) => Score(parsed[to].MayFollow(parsed[from]))),
            Vector<double>.Build.Dense(parsed.Length, tag => Score(parsed[tag].MayFollow(BioLabel.Outside))),
            Vector<double>.Build.Dense(parsed.Length));
    }

    /// <summary>Task 4. Emissions under which exp(score) of a sequence is multiplied by the weight of each of its tags.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        if (classWeights.Count != emissions.ColumnCount)
            throw new ArgumentException($"{emissions.ColumnCount} weights are needed, {classWeights.Count} were given.", nameof(classWeights));

        var result = Matrix<double>.Build.Dense(emissions.RowCount, emissions.ColumnCount);
        for (var tag = 0; tag < classWeights.Count; tag++)
        {
            var weight = classWeights[tag];
            if (double.IsNaN(weight) || double.IsInfinity(weight) || weight < 0)
                throw new ArgumentException($"Weight {tag} is {weight}.", nameof(classWeights));
            result.SetColumn(tag, weight == 0
                ? Vector<double>.Build.Dense(emissions.RowCount, double.NegativeInfinity)
                : emissions.Column(tag).Add(Math.Log(weight)));
        }
        return result;
    }

    private interface IAlgebra
    {
        static abstract double Gather(ReadOnlySpan<double> alternatives);
    }

    private readonly struct AllPaths : IAlgebra
    {
        public static double Gather(ReadOnlySpan<double> alternatives)
        {
            var highest = BestPath.Gather(alternatives);
            if (highest == double.NegativeInfinity)
                return highest;
            var sum = 0.0;
            foreach (var x in alternatives)
                sum += Math.Exp(x - highest);
            return highest + Math.Log(sum);
        }
    }

    private readonly struct BestPath : IAlgebra
    {
        public static double Gather(ReadOnlySpan<double> alternatives)
        {
            var highest = double.NegativeInfinity;
            foreach (var x in alternatives)
                highest = Math.Max(highest, x);
            return highest;
        }
    }

    /// <summary>The counted tokens of one sentence; the others are gone from here on.</summary>
    private sealed class Chain
    {
        public Chain(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
        {
            Tags = emissions.ColumnCount;
            _tokens = emissions.RowCount;

            if (mask.Length != _tokens)
                throw new ArgumentException($"{_tokens} tokens, but {mask.Length} mask entries.", nameof(mask));
            if ((transitions.Between.RowCount, transitions.Between.ColumnCount, transitions.Start.Count, transitions.Stop.Count)
                != (Tags, Tags, Tags, Tags))
                throw new ArgumentException($"The transition scores are not for {Tags} tags.", nameof(transitions));

            var positions = new List<int>(mask.Length);
            for (var t = 0; t < mask.Length; t++)
                if (mask[t])
                    positions.Add(t);
            if (positions.Count == 0)
                throw new ArgumentException("No token counts.", nameof(mask));

            Positions = positions.ToArray();
            Emission = Array.ConvertAll(Positions, t => emissions.Row(t).ToArray());
            Step = transitions.Between.ToRowArrays();
            Start = transitions.Start.ToArray();
            Stop = transitions.Stop.ToArray();
        }

        private readonly int _tokens;

        public int Tags { get; }
        public int Length => Positions.Length;
        public int[] Positions { get; }
        public double[][] Emission { get; }
        public double[][] Step { get; }
        public double[] Start { get; }
        public double[] Stop { get; }

        public int[] Pick(int[] tags)
        {
            if (tags.Length != _tokens)
                throw new ArgumentException($"{_tokens} tokens, but {tags.Length} tags.", nameof(tags));
            return Array.ConvertAll(Positions, t => (uint)tags[t] < (uint)Tags
                ? tags[t]
                : throw new ArgumentException($"Token {t} has tag {tags[t]}, of {Tags} tags.", nameof(tags)));
        }

        public double ScoreOf(int[] path)
        {
            var score = 0.0;
            var entry = Start;
            for (var t = 0; t < path.Length; t++)
            {
                score += entry[path[t]] + Emission[t][path[t]];
                entry = Step[path[t]];
            }
            return score + Stop[path[^1]];
        }

        /// <summary>What arrives at a tag, before the emission of its own token.</summary>
        public double[][] Arriving<TAlgebra>() where TAlgebra : IAlgebra
        {
            var arriving = new double[Length][];
            arriving[0] = Start;
            var alternatives = new double[Tags];
            for (var t = 1; t < Length; t++)
            {
                arriving[t] = new double[Tags];
                for (var to = 0; to < Tags; to++)
                {
                    for (var from = 0; from < Tags; from++)
                        alternatives[from] = arriving[t - 1][from] + Emission[t - 1][from] + Step[from][to];
                    arriving[t][to] = TAlgebra.Gather(alternatives);
                }
            }
            return arriving;
        }

        /// <summary>What a tag contributes from its own emission to the end of the sentence.</summary>
        public double[][] Following<TAlgebra>() where TAlgebra : IAlgebra
        {
            var following = new double[Length][];
            var alternatives = new double[Tags];
            for (var t = Length - 1; t >= 0; t--)
            {
                following[t] = new double[Tags];
                for (var from = 0; from < Tags; from++)
                {
                    double rest;
                    if (t == Length - 1)
                    {
                        rest = Stop[from];
                    }
                    else
                    {
                        for (var to = 0; to < Tags; to++)
                            alternatives[to] = Step[from][to] + following[t + 1][to];
                        rest = TAlgebra.Gather(alternatives);
                    }
                    following[t][from] = Emission[t][from] + rest;
                }
            }
            return following;
        }

        public double Total<TAlgebra>(double[][] following) where TAlgebra : IAlgebra
        {
            var whole = new double[Tags];
            for (var tag = 0; tag < Tags; tag++)
                whole[tag] = Start[tag] + following[0][tag];
            return TAlgebra.Gather(whole);
        }
    }

    /// <summary>How often each score is used, on average over all sequences.</summary>
    private sealed class Expectations
    {
        private readonly Chain _chain;
        private readonly double[][] _arriving;
        private readonly double[][] _following;
        private readonly double _logZ;

        public Expectations(Chain chain)
        {
            _chain = chain;
            _arriving = chain.Arriving<AllPaths>();
            _following = chain.Following<AllPaths>();
            _logZ = chain.Total<AllPaths>(_following);
            if (double.IsNegativeInfinity(_logZ))
                throw new ArgumentException("No tag sequence is possible.");
        }

        public Matrix<double> Tag(int tokens)
        {
            var result = Matrix<double>.Build.Dense(tokens, _chain.Tags);
            for (var t = 0; t < _chain.Length; t++)
                for (var tag = 0; tag < _chain.Tags; tag++)
                    result[_chain.Positions[t], tag] = Math.Exp(_arriving[t][tag] + _following[t][tag] - _logZ);
            return result;
        }

        public Matrix<double> Steps() => Matrix<double>.Build.Dense(_chain.Tags, _chain.Tags, (from, to) =>
        {
            var count = 0.0;
            for (var t = 1; t < _chain.Length; t++)
                count += Math.Exp(
                    _arriving[t - 1][from] + _chain.Emission[t - 1][from] + _chain.Step[from][to] + _following[t][to] - _logZ);
            return count;
        });
    }

    private readonly record struct BioLabel(char Prefix, string Type)
    {
        public static readonly BioLabel Outside = new('O', "");

        public static BioLabel Parse(string text)
        {
            if (text == "O")
                return Outside;
            var hyphen = text?.IndexOf('-') ?? -1;
            if (hyphen == 1 && text![0] is 'B' or 'I' && text!.Length > 2)
                return new BioLabel(text[0], text[(hyphen + 1)..]);
            throw new ArgumentException($"The label '{text}' is none of O, B-TYPE and I-TYPE.", nameof(text));
        }

        public bool MayFollow(BioLabel before) => Prefix != 'I' || (before.Prefix != 'O' && before.Type == Type);
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
