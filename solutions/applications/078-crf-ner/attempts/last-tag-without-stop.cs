// last-tag-without-stop-scores: Viterbi chooses the last tag by the scores that arrive there and forgets the stop scores.
namespace Kata078;

/// <summary>CRF on top of an encoder, with a trellis of nodes.</summary>
public static class CrfNer
{
    /// <summary>The score of one tag sequence.</summary>
    public static double PathScore(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        var trellis = new Trellis(emissions, transitions, mask);
        trellis.CheckTags(tags);
        return trellis.Score(tags);
    }

    /// <summary>The log of the partition function.</summary>
    public static double LogPartition(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask) =>
        new Trellis(emissions, transitions, mask).LogZ;

    /// <summary>The best tag sequence.</summary>
    [return: Shape("n")]
    public static int[] Viterbi(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var trellis = new Trellis(emissions, transitions, mask);
        if (double.IsNegativeInfinity(trellis.LogZ))
            throw new ArgumentException("No sequence is possible.");

        Node? node = null;
        foreach (var candidate in trellis.Columns[^1])
        {
            if (node is null || candidate.Best > node.Best)
                node = candidate;
        }

        var tags = new int[mask.Length];
        for (var t = tags.Length - 1; t >= 0; t--)
        {
            if (mask[t])
            {
                tags[t] = node!.Tag;
                node = node.BestPrevious;
            }
            else
            {
                tags[t] = -1;
            }
        }
        return tags;
    }

    /// <summary>The tag probabilities.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> Marginals(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask)
    {
        var trellis = new Trellis(emissions, transitions, mask);
        trellis.RequirePossible();
        var result = Matrix<double>.Build.Dense(emissions.RowCount, emissions.ColumnCount);
        foreach (var node in trellis.Columns.SelectMany(column => column))
            result[node.Token, node.Tag] = trellis.Probability(node);
        return result;
    }

    /// <summary>The gradient of the loss.</summary>
    public static (Matrix<double> Emissions, TransitionScores Transitions) Gradient(
        [Shape("n", "k")] Matrix<double> emissions, TransitionScores transitions, [Shape("n")] bool[] mask, [Shape("n")] int[] tags)
    {
        var trellis = new Trellis(emissions, transitions, mask);
        trellis.CheckTags(tags);
        if (double.IsNegativeInfinity(trellis.Score(tags)))
            throw new ArgumentException("The tags are impossible under these scores.", nameof(tags));

        var k = emissions.ColumnCount;
        var dEmissions = Matrix<double>.Build.Dense(emissions.RowCount, k);
        var dBetween = Matrix<double>.Build.Dense(k, k);
        var dStart = Vector<double>.Build.Dense(k);
        var dStop = Vector<double>.Build.Dense(k);

        for (var c = 0; c < trellis.Columns.Count; c++)
        {
            foreach (var node in trellis.Columns[c])
            {
                var isGold = tags[node.Token] == node.Tag;
                var difference = trellis.Probability(node) - (isGold ? 1 : 0);
                dEmissions[node.Token, node.Tag] = difference;
                if (c == 0)
                    dStart[node.Tag] = difference;
                if (c == trellis.Columns.Count - 1)
                    dStop[node.Tag] = difference;
                if (c == 0)
                    continue;
                foreach (var before in trellis.Columns[c - 1])
                {
                    dBetween[before.Tag, node.Tag] += trellis.Probability(before, node);
                    if (isGold && tags[before.Token] == before.Tag)
                        dBetween[before.Tag, node.Tag] -= 1;
                }
            }
        }
        return (dEmissions, new TransitionScores(dBetween, dStart, dStop));
    }

    /// <summary>The BIO scheme.</summary>
    public static TransitionScores BioConstraints(IReadOnlyList<string> labels)
    {
        var k = labels.Count;
        var between = Matrix<double>.Build.Dense(k, k, double.NegativeInfinity);
        var start = Vector<double>.Build.Dense(k, double.NegativeInfinity);
        for (var to = 0; to < k; to++)
        {
            var label = labels[to];
            switch (label.Length > 2 ? label[..2] : label)
            {
                case "O":
                case "B-" when label.Length > 2:
                    start[to] = 0;
                    for (var i = 0; i < k; i++)
                        between[i, to] = 0;
                    break;
                case "I-" when label.Length > 2:
                    for (var i = 0; i < k; i++)
                    {
                        if (labels[i] == label || labels[i] == $"B-{label[2..]}")
                            between[i, to] = 0;
                    }
                    break;
                default:
                    throw new ArgumentException($"Unexpected label: {label}", nameof(labels));
            }
        }
        return new TransitionScores(between, start, Vector<double>.Build.Dense(k, 0.0));
    }

    /// <summary>The emissions with weights.</summary>
    [return: Shape("n", "k")]
    public static Matrix<double> WeightedEmissions(
        [Shape("n", "k")] Matrix<double> emissions, [Shape("k")] Vector<double> classWeights)
    {
        if (emissions.ColumnCount != classWeights.Count)
            throw new ArgumentException("The number of weights is not the number of tags.");
        var weighted = emissions.Clone();
        for (var tag = 0; tag < classWeights.Count; tag++)
        {
            var weight = classWeights[tag];
            if (weight < 0 || double.IsNaN(weight) || double.IsPositiveInfinity(weight))
                throw new ArgumentException("A weight is negative or not finite.");
            for (var t = 0; t < emissions.RowCount; t++)
                weighted[t, tag] += Math.Log(weight);
        }
        return weighted;
    }

    private sealed class Node(int token, int tag, double emission)
    {
        public int Token { get; } = token;
        public int Tag { get; } = tag;
        public double Emission { get; } = emission;
        public double Best { get; set; } = double.NegativeInfinity;
        public Node? BestPrevious { get; set; }
        public double Left { get; set; } = double.NegativeInfinity;
        public double Right { get; set; } = double.NegativeInfinity;
    }

    private sealed class Trellis
    {
        private readonly TransitionScores _scores;
        private readonly int _length;

        public List<List<Node>> Columns { get; } = [];
        public double LogZ { get; }

        public Trellis(Matrix<double> emissions, TransitionScores scores, bool[] mask)
        {
            var k = emissions.ColumnCount;
            if (mask.Length != emissions.RowCount)
                throw new ArgumentException("The mask does not fit the emissions.");
            if (scores.Between.RowCount != k || scores.Between.ColumnCount != k)
                throw new ArgumentException("Between does not fit the emissions.");
            if (scores.Start.Count != k || scores.Stop.Count != k)
                throw new ArgumentException("Start or stop do not fit the emissions.");

            _scores = scores;
            _length = mask.Length;
            for (var t = 0; t < mask.Length; t++)
            {
                if (!mask[t])
                    continue;
                var token = t;
                Columns.Add(Enumerable.Range(0, k).Select(tag => new Node(token, tag, emissions[token, tag])).ToList());
            }
            if (Columns.Count == 0)
                throw new ArgumentException("Nothing to tag.");

            FillFromTheLeft();
            FillFromTheRight();
            LogZ = LogSumExp(Columns[^1].Select(node => node.Left + node.Right));
        }

        public void CheckTags(int[] tags)
        {
            if (tags.Length != _length)
                throw new ArgumentException("The tags do not fit the emissions.");
            foreach (var column in Columns)
            {
                var tag = tags[column[0].Token];
                if (tag < 0 || tag >= column.Count)
                    throw new ArgumentException($"No such tag: {tag}.");
            }
        }

        public double Score(int[] tags)
        {
            var score = 0.0;
            Node? before = null;
            foreach (var column in Columns)
            {
                var node = column[tags[column[0].Token]];
                score += node.Emission + (before is null ? _scores.Start[node.Tag] : _scores.Between[before.Tag, node.Tag]);
                before = node;
            }
            return score + _scores.Stop[before!.Tag];
        }

        public void RequirePossible()
        {
            if (double.IsNegativeInfinity(LogZ))
                throw new ArgumentException("No sequence is possible.");
        }

        public double Probability(Node node) => Math.Exp(node.Left + node.Right - LogZ);

        public double Probability(Node before, Node node) =>
            Math.Exp(before.Left + _scores.Between[before.Tag, node.Tag] + node.Emission + node.Right - LogZ);

        private void FillFromTheLeft()
        {
            foreach (var node in Columns[0])
                node.Left = node.Best = _scores.Start[node.Tag] + node.Emission;
            for (var c = 1; c < Columns.Count; c++)
            {
                foreach (var node in Columns[c])
                {
                    node.Left = node.Emission
                        + LogSumExp(Columns[c - 1].Select(before => before.Left + _scores.Between[before.Tag, node.Tag]));
                    foreach (var before in Columns[c - 1])
                    {
                        var score = before.Best + _scores.Between[before.Tag, node.Tag] + node.Emission;
                        if (node.BestPrevious is null || score > node.Best)
                            (node.Best, node.BestPrevious) = (score, before);
                    }
                }
            }
        }

        private void FillFromTheRight()
        {
            foreach (var node in Columns[^1])
                node.Right = _scores.Stop[node.Tag];
            for (var c = Columns.Count - 2; c >= 0; c--)
            {
                foreach (var node in Columns[c])
                    node.Right = LogSumExp(
                        Columns[c + 1].Select(after => _scores.Between[node.Tag, after.Tag] + after.Emission + after.Right));
            }
        }

        private static double LogSumExp(IEnumerable<double> values)
        {
            var all = values.ToArray();
            var highest = all.Max();
            if (double.IsNegativeInfinity(highest))
                return highest;
            return highest + Math.Log(all.Select(value => Math.Exp(value - highest)).Sum());
        }
    }
}

/// <summary>How tags begin, follow one another and end; the learned scores, constraints and gradients all have this form.</summary>
/// <param name="Between">Row: the tag left; column: the tag entered.</param>
/// <param name="Start">Score of each tag at the first counted token.</param>
/// <param name="Stop">Score of each tag at the last counted token.</param>
public sealed record TransitionScores(
    [Shape("k", "k")] Matrix<double> Between, [Shape("k")] Vector<double> Start, [Shape("k")] Vector<double> Stop);
