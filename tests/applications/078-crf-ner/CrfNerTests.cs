using System.Text.RegularExpressions;

namespace Kata078;

public class CrfNerTests
{
    // Computed by the program that "source" in golden.json names: all paths written out, differentiated automatically.
    private static readonly Golden Golden = Golden.Load();

    [Fact, Task(1)]
    public void Score_and_partition_of_four_paths_by_hand()
    {
        // the weights exp(score) of the four paths, the middle token skipped, are start · emission · step · emission · stop:
        // 0,0: 1·2·1·1·3 = 6    0,1: 1·2·2·3·1 = 12    1,0: 2·1·4·1·3 = 24    1,1: 2·1·1·3·1 = 6    together 48
        var (emissions, transitions, mask) = FourPaths();

        CrfNer.PathScore(emissions, transitions, mask, [0, -1, 1]).ShouldBeNear(Math.Log(12));
        CrfNer.LogPartition(emissions, transitions, mask).ShouldBeNear(Math.Log(48));
    }

    [Fact, Task(1)]
    public void Score_and_partition_equal_PyTorch()
    {
        var golden = Golden.Case("sentence");
        var (emissions, transitions, mask) = FromGolden(golden);

        CrfNer.PathScore(emissions, transitions, mask, golden.Integers("tags")).ShouldBeNear(golden.Number("score"));
        CrfNer.LogPartition(emissions, transitions, mask).ShouldBeNear(golden.Number("logPartition"));
    }

    [Theory, Task(1)]
    [InlineData("1")]
    [InlineData("11")]
    [InlineData("111")]
    [InlineData("1110")]
    [InlineData("01011")]
    [InlineData("111111")]
    [InlineData("101101")]
    public void Score_and_partition_equal_the_enumeration_of_all_paths(string counts)
    {
        var (emissions, transitions, mask) = Generated(counts);
        var paths = Paths(emissions, transitions, mask).ToList();

        CrfNer.PathScore(emissions, transitions, mask, paths[^1].Tags).ShouldBeNear(paths[^1].Score);
        CrfNer.LogPartition(emissions, transitions, mask).ShouldBeNear(Math.Log(paths.Sum(path => Math.Exp(path.Score))));
    }

    [Fact, Task(1)]
    public void Without_transitions_a_long_sentence_is_one_softmax_per_token()
    {
        // 4^300 paths, but the sum over paths factors into a product over tokens
        var emissions = Inputs.Matrix(300, 4, seed: 1, deviation: 2);

        CrfNer.LogPartition(emissions, Zero(4), All(300))
            .ShouldBeNear(emissions.EnumerateRows().Sum(row => Math.Log(row.Sum(Math.Exp))));
    }

    [Theory, Task(1)]
    [InlineData(1000)]
    [InlineData(-1000)]
    public void A_constant_on_every_emission_adds_itself_once_per_counted_token(double constant)
    {
        var (emissions, transitions, mask) = Generated("110101");

        CrfNer.LogPartition(emissions + constant, transitions, mask)
            .ShouldBeNear(CrfNer.LogPartition(emissions, transitions, mask) + (4 * constant), "exp alone would overflow", tolerance: 1e-11);
    }

    [Fact, Task(1)]
    public void Forbidden_steps_leave_a_partition_over_the_others()
    {
        // tag 1 can be entered from nowhere, so from the second token on one whole column is −∞
        var (emissions, transitions, mask) = Generated("1111");
        transitions.Between.SetColumn(1, [.. Enumerable.Repeat(double.NegativeInfinity, 3)]);
        var expected = Math.Log(Paths(emissions, transitions, mask).Sum(path => Math.Exp(path.Score)));

        CrfNer.LogPartition(emissions, transitions, mask).ShouldBeNear(expected);
        CrfNer.PathScore(emissions, transitions, mask, [0, 1, 0, 0]).ShouldBeNear(double.NegativeInfinity);
    }

    [Fact, Task(1)]
    public void A_sentence_without_any_possible_path_has_a_partition_of_minus_infinity()
    {
        var (emissions, transitions, mask) = Generated("11");

        CrfNer.LogPartition(emissions, transitions with { Stop = transitions.Stop + double.NegativeInfinity }, mask)
            .ShouldBeNear(double.NegativeInfinity, "ln 0 is −∞, not NaN");
    }

    [Theory, Task(1)]
    [InlineData("111", 3, 4)]
    [InlineData("1111", 3, 3)]
    [InlineData("000", 3, 3)]
    public void Partition_refuses_sizes_that_do_not_fit_and_sentences_without_tokens(string counts, int tokens, int transitionTags) =>
        Expect.Throws<ArgumentException>(() => CrfNer.LogPartition(Inputs.Matrix(tokens, 3, seed: 1), Zero(transitionTags), Mask(counts)));

    [Theory, Task(1)]
    [InlineData(0, 1, 3)]
    [InlineData(0, -1, 1)]
    public void Score_refuses_tags_that_do_not_exist(int first, int second, int third) =>
        Expect.Throws<ArgumentException>(() => CrfNer.PathScore(Inputs.Matrix(3, 3, seed: 1), Zero(3), All(3), [first, second, third]));

    [Fact, Task(1)]
    public void Score_refuses_a_tag_sequence_of_another_length() =>
        Expect.Throws<ArgumentException>(() => CrfNer.PathScore(Inputs.Matrix(3, 3, seed: 1), Zero(3), All(3), [0, 1, 2, 0]));

    [Fact, Task(2)]
    public void Three_days_at_the_doctor()
    {
        // The example of Wikipedia's article "Viterbi algorithm": the patient feels normal, cold, dizzy; the states are
        // healthy (0) and fever (1). Best path healthy, healthy, fever: .6·.5 · .7·.4 · .3·.6 = 0.01512; evidence 0.03628.
        var emissions = Log(new[,] { { 0.5, 0.1 }, { 0.4, 0.3 }, { 0.1, 0.6 } });
        var transitions = new TransitionScores(
            Log(new[,] { { 0.7, 0.3 }, { 0.4, 0.6 } }), Log(new[,] { { 0.6, 0.4 } }).Row(0), Vector<double>.Build.Dense(2));

        var best = CrfNer.Viterbi(emissions, transitions, All(3));

        best.Should().Equal(0, 0, 1);
        Math.Exp(CrfNer.PathScore(emissions, transitions, All(3), best)).ShouldBeNear(0.01512);
        Math.Exp(CrfNer.LogPartition(emissions, transitions, All(3))).ShouldBeNear(0.03628);
    }

    [Fact, Task(2)]
    public void The_best_path_is_not_the_best_tag_at_each_token()
    {
        // the weights of Score_and_partition_of_four_paths_by_hand: 24 is the largest, though the emissions alone prefer 0, 1
        var (emissions, transitions, mask) = FourPaths();

        CrfNer.Viterbi(emissions, transitions, mask).Should().Equal(1, -1, 0);
    }

    [Theory, Task(2)]
    [InlineData("1")]
    [InlineData("11")]
    [InlineData("111")]
    [InlineData("1110")]
    [InlineData("01011")]
    [InlineData("111111")]
    [InlineData("101101")]
    public void Best_path_is_the_best_of_all_paths(string counts)
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var (emissions, transitions, mask) = Generated(counts, seed);

            CrfNer.Viterbi(emissions, transitions, mask).Should().Equal(
                Paths(emissions, transitions, mask).MaxBy(path => path.Score).Tags, "of seed {0}", seed);
        }
    }

    [Fact, Task(2)]
    public void Best_path_refuses_a_sentence_without_any_possible_path() =>
        Expect.Throws<ArgumentException>(() => CrfNer.Viterbi(
            Inputs.Matrix(2, 3, seed: 1), Zero(3) with { Start = Zero(3).Start + double.NegativeInfinity }, All(2)));

    [Fact, Task(3)]
    public void Marginals_and_gradient_of_four_paths_by_hand()
    {
        // weights 6, 12, 24, 6 of 48: the first token has tag 0 with (6 + 12)/48 = 3/8, the last one with (6 + 24)/48 = 5/8;
        // the steps 00, 01, 10, 11 have 1/8, 1/4, 1/2, 1/8; the annotated path is 0, 1
        var (emissions, transitions, mask) = FourPaths();

        var gradient = CrfNer.Gradient(emissions, transitions, mask, [0, -1, 1]);

        CrfNer.Marginals(emissions, transitions, mask).ShouldBeNear(Rows(new[,] { { 3 / 8.0, 5 / 8.0 }, { 0, 0 }, { 5 / 8.0, 3 / 8.0 } }));
        gradient.Emissions.ShouldBeNear(Rows(new[,] { { -5 / 8.0, 5 / 8.0 }, { 0, 0 }, { 5 / 8.0, -5 / 8.0 } }));
        gradient.Transitions.Between.ShouldBeNear(Rows(new[,] { { 1 / 8.0, -3 / 4.0 }, { 1 / 2.0, 1 / 8.0 } }));
        gradient.Transitions.Start.ShouldBeNear(new[] { -5 / 8.0, 5 / 8.0 });
        gradient.Transitions.Stop.ShouldBeNear(new[] { 5 / 8.0, -5 / 8.0 });
    }

    [Fact, Task(3)]
    public void Marginals_and_gradient_equal_automatic_differentiation_in_PyTorch()
    {
        var (emissions, transitions, mask) = FromGolden(Golden.Case("sentence"));
        var expected = Golden.Case("gradient");

        var gradient = CrfNer.Gradient(emissions, transitions, mask, Golden.Case("sentence").Integers("tags"));

        CrfNer.Marginals(emissions, transitions, mask).ShouldBeNear(Golden.Case("sentence").Matrix("marginals"));
        gradient.Emissions.ShouldBeNear(expected.Matrix("emissions"));
        gradient.Transitions.Between.ShouldBeNear(expected.Matrix("between"));
        gradient.Transitions.Start.ShouldBeNear(expected.Vector("start"));
        gradient.Transitions.Stop.ShouldBeNear(expected.Vector("stop"));
    }

    [Theory, Task(3)]
    [InlineData("1")]
    [InlineData("11")]
    [InlineData("1110")]
    [InlineData("01011")]
    [InlineData("111111")]
    public void Marginals_equal_the_enumeration_of_all_paths(string counts)
    {
        var (emissions, transitions, mask) = Generated(counts);
        var paths = Paths(emissions, transitions, mask).ToList();
        var all = paths.Sum(path => Math.Exp(path.Score));

        CrfNer.Marginals(emissions, transitions, mask).ShouldBeNear(Matrix<double>.Build.Dense(emissions.RowCount, 3, (token, tag) =>
            paths.Where(path => path.Tags[token] == tag).Sum(path => Math.Exp(path.Score)) / all));
    }

    [Theory, Task(3)]
    [InlineData("1")]
    [InlineData("1101")]
    [InlineData("01011")]
    public void Gradient_equals_finite_differences_of_the_loss_at_every_coordinate(string counts)
    {
        var (emissions, transitions, mask) = Generated(counts);
        var tags = Paths(emissions, transitions, mask).ElementAt(1).Tags;
        double Loss(Matrix<double> e, TransitionScores t)
        {
            var paths = Paths(e, t, mask).ToList();
            return Math.Log(paths.Sum(path => Math.Exp(path.Score))) - paths[1].Score;
        }

        var gradient = CrfNer.Gradient(emissions, transitions, mask, tags);

        gradient.Emissions.ShouldBeNear(
            FiniteDifference.Gradient(e => Loss(e, transitions), emissions), tolerance: FiniteDifference.Tolerance);
        gradient.Transitions.Between.ShouldBeNear(
            FiniteDifference.Gradient(b => Loss(emissions, transitions with { Between = b }), transitions.Between), tolerance: FiniteDifference.Tolerance);
        gradient.Transitions.Start.ShouldBeNear(
            FiniteDifference.Gradient(s => Loss(emissions, transitions with { Start = s }), transitions.Start), tolerance: FiniteDifference.Tolerance);
        gradient.Transitions.Stop.ShouldBeNear(
            FiniteDifference.Gradient(s => Loss(emissions, transitions with { Stop = s }), transitions.Stop), tolerance: FiniteDifference.Tolerance);
    }

    [Fact, Task(3)]
    public void What_stands_at_a_token_that_does_not_count_changes_nothing()
    {
        var (emissions, transitions, mask) = Generated("0110");
        emissions.ClearRows(0, 3);
        var dirty = emissions.Clone();
        dirty.SetRow(0, [double.NaN, double.PositiveInfinity, 1e9]);
        dirty.SetRow(3, [1e9, double.NaN, double.NegativeInfinity]);

        CrfNer.Marginals(dirty, transitions, mask).ShouldBeNear(CrfNer.Marginals(emissions, transitions, mask));
        CrfNer.Gradient(dirty, transitions, mask, [99, 0, 2, -7]).Emissions
            .ShouldBeNear(CrfNer.Gradient(emissions, transitions, mask, [0, 0, 2, 0]).Emissions);
    }

    [Fact, Task(3)]
    public void Gradient_leaves_its_inputs_as_they_were()
    {
        var (emissions, transitions, mask) = Generated("1011");
        var (sameEmissions, sameTransitions, _) = Generated("1011");

        CrfNer.Gradient(emissions, transitions, mask, [0, 1, 2, 1]);

        emissions.ShouldBeNear(sameEmissions);
        transitions.Between.ShouldBeNear(sameTransitions.Between);
        transitions.Start.ShouldBeNear(sameTransitions.Start);
        transitions.Stop.ShouldBeNear(sameTransitions.Stop);
    }

    [Fact, Task(3)]
    public void An_annotation_that_takes_a_forbidden_step_is_refused()
    {
        var (emissions, transitions, mask) = Generated("1111");
        transitions.Between[0, 2] = double.NegativeInfinity;

        CrfNer.Gradient(emissions, transitions, mask, [2, 0, 1, 2]).Transitions.Between[0, 2].ShouldBeNear(0, "that step is never taken");
        Expect.Throws<ArgumentException>(() => CrfNer.Gradient(emissions, transitions, mask, [1, 0, 2, 2]), "its loss is infinite");
    }

    [Fact, Task(3)]
    public void Marginals_refuse_a_sentence_without_any_possible_path() =>
        Expect.Throws<ArgumentException>(() => CrfNer.Marginals(
            Inputs.Matrix(2, 3, seed: 1), Zero(3) with { Between = Zero(3).Between + double.NegativeInfinity }, All(2)));

    [Fact, Task(4)]
    public void Constraints_allow_exactly_the_sequences_that_spans_can_be_written_as()
    {
        string[] labels = ["I-B-X", "O", "B-B-X", "B-PER", "I-PER"];
        var constraints = CrfNer.BioConstraints(labels);

        foreach (var (tags, score) in Paths(Matrix<double>.Build.Dense(4, 5), constraints, All(4)))
        {
            var sequence = string.Concat(tags.Select(tag => $"{labels[tag]} "));
            var isLegal = Regex.IsMatch(sequence, @"^(O |B-(\S+) (I-\2 )*)*$");
            score.ShouldBeNear(isLegal ? 0 : double.NegativeInfinity, $"of {sequence}");
        }
    }

    [Theory, Task(4)]
    [InlineData("B-LOC", "B-LOC I-LOC B-PER I-PER")]
    [InlineData("B-MISC", "B-MISC B-MISC B-PER I-PER")]
    public void Illegal_transitions_are_impossible_however_strongly_the_encoder_wants_them(string fourth, string best)
    {
        // the encoder wants I-PER I-LOC O I-PER; without B-LOC among the labels, I-LOC can never be entered
        string[] labels = ["O", "B-PER", "I-PER", fourth, "I-LOC"];
        var emissions = Rows(new double[,] { { 0, 1, 90, 2, 3 }, { 1, 0, 2, 2.5, 80 }, { 70, 1, 0, 2, 3 }, { 1, 2, 95, 0, 3 } });
        var constraints = CrfNer.BioConstraints(labels);
        var legal = Paths(emissions, constraints, All(4)).Where(path => double.IsFinite(path.Score)).ToList();
        var all = legal.Sum(path => Math.Exp(path.Score));

        string.Join(' ', CrfNer.Viterbi(emissions, constraints, All(4)).Select(tag => labels[tag])).Should().Be(best);
        CrfNer.LogPartition(emissions, constraints, All(4)).ShouldBeNear(Math.Log(all));
        CrfNer.Marginals(emissions, constraints, All(4)).ShouldBeNear(Matrix<double>.Build.Dense(4, 5, (token, tag) =>
            legal.Where(path => path.Tags[token] == tag).Sum(path => Math.Exp(path.Score)) / all));
        CrfNer.Gradient(emissions, constraints, All(4), [0, 1, 2, 0]).Transitions.Between
            .Enumerate().Should().OnlyContain(entry => double.IsFinite(entry), "forbidden steps get no gradient");
    }

    [Theory, Task(4)]
    [InlineData("X-PER")]
    [InlineData("I")]
    [InlineData("B-")]
    [InlineData("")]
    [InlineData("b-PER")]
    public void Constraints_refuse_other_labels_and_name_them(string label) =>
        Expect.Throws<ArgumentException>(() => CrfNer.BioConstraints(["O", label])).Message
            .Contains(label, StringComparison.Ordinal).Should().BeTrue("the message names the label {0}", label);

    [Fact, Task(4)]
    public void A_class_weight_multiplies_the_weight_of_a_path_once_for_each_time_the_tag_is_used()
    {
        var (emissions, transitions, mask) = Generated("1101");
        double[] weights = [0.5, 3, 0];
        var paths = Paths(emissions, transitions, mask).ToList();
        double Weighted((int[] Tags, double Score) path) =>
            Math.Exp(path.Score) * path.Tags.Where(tag => tag >= 0).Aggregate(1.0, (product, tag) => product * weights[tag]);

        var weighted = CrfNer.WeightedEmissions(emissions, Vector<double>.Build.Dense(weights));

        CrfNer.LogPartition(weighted, transitions, mask).ShouldBeNear(Math.Log(paths.Sum(Weighted)));
        CrfNer.Viterbi(weighted, transitions, mask).Should().Equal(paths.MaxBy(Weighted).Tags);
        emissions.ShouldBeNear(Generated("1101").Emissions, "the input is not changed");
    }

    [Fact, Task(4)]
    public void Class_weights_do_not_depend_on_a_constant_that_softmax_would_not_see()
    {
        var (emissions, transitions, mask) = Generated("1111");
        var weights = Vector<double>.Build.Dense([0.5, 3, 1.25]);

        CrfNer.Marginals(CrfNer.WeightedEmissions(emissions + 7, weights), transitions, mask)
            .ShouldBeNear(CrfNer.Marginals(CrfNer.WeightedEmissions(emissions, weights), transitions, mask));
    }

    [Theory, Task(4)]
    [InlineData(3, -0.5)]
    [InlineData(3, double.NaN)]
    [InlineData(3, double.PositiveInfinity)]
    [InlineData(2, 1)]
    public void Class_weights_are_finite_not_negative_and_one_per_tag(int count, double last) =>
        Expect.Throws<ArgumentException>(() => CrfNer.WeightedEmissions(
            Inputs.Matrix(2, 3, seed: 1), Vector<double>.Build.Dense(count, tag => tag == count - 1 ? last : 2)));

    /// <summary>The specification: every path with its score, added up term by term.</summary>
    private static IEnumerable<(int[] Tags, double Score)> Paths(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        var paths = new List<(int[] Tags, double Score, int Last)> { ([], 0, -1) };
        for (var token = 0; token < mask.Length; token++)
        {
            var row = token;
            paths = mask[token]
                ? [.. from path in paths
                      from tag in Enumerable.Range(0, emissions.ColumnCount)
                      let step = path.Last < 0 ? transitions.Start[tag] : transitions.Between[path.Last, tag]
                      select (path.Tags.Append(tag).ToArray(), path.Score + step + emissions[row, tag], tag)]
                : paths.ConvertAll(path => (path.Tags.Append(-1).ToArray(), path.Score, path.Last));
        }

        return paths.Select(path => (path.Tags, path.Score + transitions.Stop[path.Last]));
    }

    private static (Matrix<double> Emissions, TransitionScores Transitions, bool[] Mask) FourPaths() => (
        Log(new double[,] { { 2, 1 }, { 1, 50 }, { 1, 3 } }),
        new TransitionScores(Log(new double[,] { { 1, 2 }, { 4, 1 } }), Log(new double[,] { { 1, 2 } }).Row(0), Log(new double[,] { { 3, 1 } }).Row(0)),
        [true, false, true]);

    /// <summary>Three tags, uneven scores, one token for each digit; tokens with 0 do not count and hold infinities.</summary>
    private static (Matrix<double> Emissions, TransitionScores Transitions, bool[] Mask) Generated(string counts, int seed = 0) => (
        Inputs.Matrix(counts.Length, 3, seed + 10).MapIndexed((token, _, score) => counts[token] == '1' ? score + 0.3 : double.PositiveInfinity),
        new TransitionScores(Inputs.Matrix(3, 3, seed + 30), Inputs.Vector(3, seed + 50, deviation: 2), Inputs.Vector(3, seed + 70, deviation: 2)),
        Mask(counts));

    private static (Matrix<double> Emissions, TransitionScores Transitions, bool[] Mask) FromGolden(Golden golden) => (
        golden.Matrix("emissions"),
        new TransitionScores(golden.Matrix("between"), golden.Vector("start"), golden.Vector("stop")),
        [.. golden.Integers("mask").Select(counts => counts == 1)]);

    private static TransitionScores Zero(int tags) =>
        new(Matrix<double>.Build.Dense(tags, tags), Vector<double>.Build.Dense(tags), Vector<double>.Build.Dense(tags));

    private static bool[] All(int tokens) => [.. Enumerable.Repeat(true, tokens)];

    private static bool[] Mask(string counts) => [.. counts.Select(digit => digit == '1')];

    private static Matrix<double> Rows(double[,] values) => Matrix<double>.Build.DenseOfArray(values);

    private static Matrix<double> Log(double[,] values) => Rows(values).PointwiseLog();
}
